// An enrolment opens its account: the device showed by an opener's signature that it knows the
// Secret Key, the recovery code or a key file, so it is given what these unlock. No blob.
#pragma once

#include "sync/server/accounts/sessions.h"

namespace sparekey::sync {

/// The same refusal for an account that does not exist, an opener that the roster does not list and
/// a signature that does not fit (H-12).
Response open_enrolment(Services& services, const Request& request, const PathValues& values,
                        Enrolling& enrolling);

}  // namespace sparekey::sync
