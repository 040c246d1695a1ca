// The outside of OpenSSH's private key files: the armour, and what says how the private part is
// encrypted (PROTOCOL.key). Private to core/ssh; openssh_file.h is for everybody else.
#pragma once

#include "core/crypto/aes.h"
#include "core/ssh/openssh_file.h"

#include <optional>

namespace sparekey::core {

inline constexpr std::string_view kSshArmourBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
inline constexpr std::string_view kSshArmourEnd = "-----END OPENSSH PRIVATE KEY-----";
inline constexpr std::string_view kSshFileMagic{"openssh-key-v1\0", 15};
inline constexpr std::size_t kSshPlainBlock = 8;  // bytes, of the cipher "none"

/// How the private part is encrypted; without a mode it is not.
struct SshProtection {
    std::optional<AesMode> mode;
    PassphraseHashing hashing = {};

    std::size_t block() const { return mode ? kAesBlock : kSshPlainBlock; }
};

struct SshEnvelope {
    SshProtection protection;
    ByteView public_blob;
    ByteView private_part;  // a whole number of blocks
};

/// The bytes between the two lines of dashes. ErrorCode::usage, with what helps, for what people
/// have instead of such a file.
Result<SecretBytes> without_ssh_armour(std::string_view text);

/// Its views live as long as `bytes`. ErrorCode::usage for anything malformed, more than one key,
/// another cipher, or a derivation of too many rounds.
Result<SshEnvelope> read_ssh_envelope(ByteView bytes);

/// The private part decrypted, right or wrong. ErrorCode::usage for a passphrase without `derive`.
Result<SecretBytes> opened_private_part(const SshEnvelope& envelope,
                                        const DerivePassphraseKey& derive);

}  // namespace sparekey::core
