// An SSH key as an item of the vault: the custom fields `private_key` (secret, OpenSSH's file),
// `public_key` and `fingerprint`, which are worked out from it, and `confirm`.
#pragma once

#include "core/model/item.h"
#include "core/ssh/agent.h"
#include "core/ssh/openssh_file.h"

#include <optional>

namespace sparekey::core {

inline constexpr std::string_view kPrivateKeyField = "private_key";
inline constexpr std::string_view kPublicKeyField = "public_key";
inline constexpr std::string_view kFingerprintField = "fingerprint";
inline constexpr std::string_view kConfirmField = "confirm";

/// "ed25519", "ecdsa" (P-256) or "rsa"; empty is ed25519. ErrorCode::usage otherwise.
Result<SshKeyKind> parse_generated_kind(std::string_view text);

/// A new key in the three fields, over those of an older one. Without a kind, that of the older one
/// (and RSA as long, up to 4096 bits), else ed25519.
void generate_key_fields(std::vector<CustomField>& fields, std::optional<SshKeyKind> kind,
                         std::string_view comment, Random& random);

/// The file's text as `private_key`, and the other two from it.
Result<void> set_key_fields(std::vector<CustomField>& fields, std::string_view file,
                            std::string_view title);

/// What a person or a script wrote into the fields of an SSH key item, made whole: a private key is
/// read, marked as secret, and its public key and fingerprint are filled in. A public key or
/// fingerprint of another key is ErrorCode::usage, unless it is that of `before` and only the
/// private key was replaced. A private key that was there before is no reason to refuse anything.
Result<void> complete_key_fields(std::vector<CustomField>& fields,
                                 const std::vector<CustomField>& before, std::string_view title);

/// After `private_key` alone was changed, as history --revert does: the other two follow it.
Result<void> refresh_key_fields(std::vector<CustomField>& fields, std::string_view title);

/// ErrorCode::not_found without a private key.
Result<SshPrivateKey> private_key_of(const Item& item);
/// By the private key, whatever the other fields say; nothing without one that can be read.
std::optional<SshIdentity> identity_of(const Item& item);
/// ErrorCode::not_found if the item's key is not the one with this public blob.
Result<Bytes> sign_with_item(const Item& item, ByteView public_blob, ByteView data,
                             std::uint32_t flags);
/// A field `confirm` that says anything but "false" or "no".
bool asks_before_use(const Item& item);

}  // namespace sparekey::core
