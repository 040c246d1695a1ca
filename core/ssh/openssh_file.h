// OpenSSH's private key files: "openssh-key-v1" in PEM armour (OpenSSH's PROTOCOL.key), one key,
// without passphrase.
//
// A key in the vault is encrypted by the vault. One with a passphrase of its own is refused with
// the command that makes a copy without: its key derivation, bcrypt_pbkdf, is in no library that
// this program carries.
#pragma once

#include "core/ssh/private_key.h"

namespace sparekey::core {

inline constexpr std::size_t kLargestSshFile = std::size_t{64} << 10;  // bytes

struct SshKeyFile {
    SshPrivateKey key;
    std::string comment;  // as it stands there, printable or not
};

/// ErrorCode::usage, with a hint, for anything else: too large, encrypted, another format,
/// malformed, of a kind that is not supported, or halves that do not belong together.
Result<SshKeyFile> parse_openssh_file(std::string_view text);

/// As ssh-keygen writes it, with the line break at the end that it insists on reading.
SecretText write_openssh_file(const SshPrivateKey& key, std::string_view comment, Random& random);

}  // namespace sparekey::core
