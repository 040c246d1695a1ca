// A provider's public keys (RFC 7517), and which of them a token may be checked with.
//
// What cannot check a signature that we take (encryption keys, symmetric ones, curves and
// algorithms of others) is passed over. A key that could but must not stays, with its flaw, so that
// a refusal can say why.
#pragma once

#include "core/base/result.h"
#include "core/crypto/ecdsa.h"
#include "core/crypto/keypair.h"
#include "core/crypto/rsa.h"
#include "sync/server/oidc/algorithm.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sparekey::sync {

struct PublicKey {
    std::string id;  // `kid`; empty if it has none
    std::variant<core::RsaPublicKey, core::EcdsaPublicKey, core::SigningPublicKey> numbers;
    std::optional<Algorithm> only;  // `alg`
    std::string issuer;             // Entra: whose tokens it signs; empty: the provider's
    std::string flaw;               // why it must not be used; empty if nothing is wrong
};

using KeySet = std::vector<PublicKey>;

inline constexpr std::size_t kLongestKeyId = 256;  // bytes
inline constexpr std::size_t kMostKeys = 64;

/// ErrorCode::offline for what is no key set, or one of more than kMostKeys keys.
core::Result<KeySet> parse_key_set(std::string_view text);

/// Whether signatures of `algorithm` are made with this kind of key, and this one with it.
bool fits(const PublicKey& key, Algorithm algorithm);

/// The one key for a token: by its `kid`, or without one the only key of that algorithm.
/// ErrorCode::not_found: no such key, perhaps a new one; ErrorCode::refused: several, or a flaw.
core::Result<const PublicKey*> choose_key(const KeySet& keys, Algorithm algorithm,
                                          const std::optional<std::string>& id);

}  // namespace sparekey::sync
