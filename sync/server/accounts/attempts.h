// Whose failed attempts count beside the address's, and the wait that this means. A handler asks
// before it works: after five failures a key waits 1 s, then twice as long each time, up to a
// minute (DESIGN section 7, H-05). A key need not exist: waiting tells nothing (H-12).
#pragma once

#include "sync/server/accounts/services.h"
#include "sync/server/http/message.h"

namespace sparekey::sync {

/// Values of Response::attempt_key. Empty for no account: who has none shares nobody's failures.
std::string account_attempts(std::string_view account);
std::string device_attempts(const DeviceId& device);
/// As normal_user_code() writes it.
std::string user_code_attempts(std::string_view code);

/// Whole seconds before `key` may try again; 0: now, as for an empty key.
unsigned wait_of(const Services& services, const std::string& key);

}  // namespace sparekey::sync
