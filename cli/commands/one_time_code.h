// The current one-time code of an item.
#pragma once

#include "core/vault/vault.h"

namespace sparekey::cli {

struct OneTimeCode {
    core::SecretText code;
    std::uint32_t period = 0;     // seconds; 0 for HOTP
    std::uint32_t remaining = 0;  // seconds
};

/// A HOTP's counter moves on by one. ErrorCode::not_found without a seed.
core::Result<OneTimeCode> one_time_code(core::Vault& vault, const core::Item& item,
                                        std::uint64_t now_ms);

}  // namespace sparekey::cli
