// JSON answers of the authorization server: never stored (RFC 6749 section 5.1).
#pragma once

#include "sync/server/accounts/enrolments.h"
#include "sync/server/http/message.h"

#include <boost/json/value.hpp>

namespace sparekey::sync {

Response oauth_answer(const boost::json::value& body);
/// A token for an enrolment, scope `enrolment`.
Response enrolment_answer(Services& services, const EnrolmentState& enrolment);

}  // namespace sparekey::sync
