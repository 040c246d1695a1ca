// The device grant (RFC 8628): a device asks for two codes, a person types one into a browser, the
// device asks with the other until there is an answer.
#pragma once

#include "sync/server/accounts/enrolments.h"
#include "sync/server/http/form.h"

namespace sparekey::sync {

/// Section 3.1 and 3.2.
Response answer_device_authorization(Services& services, const Request& request);

/// Sections 3.4 and 3.5: `code` is what the device was given.
Response answer_device_code(Services& services, const std::string& code);

/// As people type it: any case, with or without the dash.
std::optional<std::string> normal_user_code(std::string_view typed);

/// The code that waits for an answer; nothing if it is unknown, answered or expired.
std::optional<Held<DeviceCodeState>> waiting_code(Services& services, std::string_view user_code);
std::optional<Held<DeviceCodeState>> waiting_code(Services& services, const Hash& device_code);

/// False: it expired or was answered in between.
bool answer_code(Services& services, const Hash& device_code, CodeOutcome outcome,
                 std::optional<EnrolmentState> enrolment);

}  // namespace sparekey::sync
