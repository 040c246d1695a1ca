// OpenSSH's private key files: "openssh-key-v1" in PEM armour (OpenSSH's PROTOCOL.key), one key.
//
// A key in the vault is encrypted by the vault, so it is written without a passphrase. One that has
// a passphrase is read (aes256-ctr, which ssh-keygen uses, and the older aes256-cbc) if somebody
// gives the key derivation: bcrypt_pbkdf is in no library that the main program carries.
#pragma once

#include "core/ssh/private_key.h"

#include <functional>

namespace sparekey::core {

inline constexpr std::size_t kLargestSshFile = std::size_t{64} << 10;  // bytes

struct SshKeyFile {
    SshPrivateKey key;
    std::string comment;  // as it stands there, printable or not
};

/// What a passphrase and these make into a key, by OpenSSH's bcrypt_pbkdf.
struct PassphraseHashing {
    Bytes salt;
    std::uint32_t rounds = 0;
    std::size_t size = 0;  // of the key, in bytes
};
using DerivePassphraseKey = std::function<Result<SecretBytes>(const PassphraseHashing&)>;

/// ErrorCode::usage, with a hint, for anything else: too large, another format, malformed, of a
/// kind that is not supported, halves that do not belong together, or a passphrase without
/// `derive`. ErrorCode::locked for a wrong passphrase.
Result<SshKeyFile> parse_openssh_file(std::string_view text,
                                      const DerivePassphraseKey& derive = nullptr);

/// It is such a file, and has a passphrase that can be asked for.
bool has_passphrase(std::string_view text);

/// As ssh-keygen writes it, with the line break at the end that it insists on reading.
SecretText write_openssh_file(const SshPrivateKey& key, std::string_view comment, Random& random);

}  // namespace sparekey::core
