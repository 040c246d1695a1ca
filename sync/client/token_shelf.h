// Where a member's access token waits for the next process that needs one: in memory, in the agent
// say. It is good for ten minutes and can read, but write nothing that the device has not signed.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <chrono>

namespace sparekey::sync {

/// Of an access token, whatever a server says: no shelf keeps one for longer.
inline constexpr std::chrono::seconds kLongestTokenLifetime{600};

class TokenShelf {
  public:
    virtual ~TokenShelf() = default;

    /// Of the account's own server; empty if there is none that is still good.
    virtual core::Result<core::SecretText> kept_token() = 0;
    /// `lifetime` is what the server said.
    virtual core::Result<void> keep_token(const core::SecretText& token,
                                          std::chrono::seconds lifetime) = 0;
};

}  // namespace sparekey::sync
