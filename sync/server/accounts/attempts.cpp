#include "sync/server/accounts/attempts.h"

namespace sparekey::sync {

std::string account_attempts(std::string_view account) {
    return account.empty() ? std::string() : "account:" + std::string(account);
}

std::string device_attempts(const DeviceId& device) {
    return "device:" + device.text();
}

std::string user_code_attempts(std::string_view code) {
    return "user code:" + std::string(code);
}

unsigned wait_of(const Services& services, const std::string& key) {
    return key.empty() ? 0 : services.limiter.wait_for(key);
}

}  // namespace sparekey::sync
