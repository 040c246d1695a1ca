// What ties an authorization code to the device that asked for it (RFC 7636, RFC 6749 section
// 10.12).
#pragma once

#include "core/ports/random.h"

#include <string>

namespace sparekey::sync {

/// 256 random bits, base64url: a state, a PKCE verifier, a path nobody guesses.
std::string unguessable(core::Random& random);

struct Pkce {
    std::string verifier;   // 43 characters
    std::string challenge;  // S256 of it

    static Pkce make(core::Random& random);
};

}  // namespace sparekey::sync
