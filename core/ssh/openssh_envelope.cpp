#include "core/ssh/openssh_envelope.h"

#include "core/base/mutant.h"
#include "core/secret/base64.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::uint32_t kMostRounds = 4096;  // about half a minute; ssh-keygen takes 16 or 24
constexpr std::string_view kSpace = " \t\r\n";

constexpr const char* kCopyHint =
    "cp KEY /dev/shm/COPY && ssh-keygen -p -N '' -f /dev/shm/COPY makes a copy that can be taken; "
    "remove it afterwards";

Unexpected malformed() {
    return unexpected(ErrorCode::usage, "the SSH private key is malformed");
}

/// What people have instead of such a file.
Unexpected another_format(std::string_view text) {
    if (text.starts_with("PuTTY-User-Key-File-")) {
        return unexpected(ErrorCode::usage, "this is PuTTY's format, not OpenSSH's",
                          "puttygen KEY.ppk -O private-openssh-new -o COPY makes a copy that can "
                          "be taken; remove it afterwards");
    }
    if (text.starts_with("-----BEGIN ") &&
        text.find("PRIVATE KEY-----") != std::string_view::npos) {
        return unexpected(ErrorCode::usage, "this private key is not in OpenSSH's own format",
                          kCopyHint);
    }
    if (text.starts_with("ssh-") || text.starts_with("ecdsa-")) {
        return unexpected(ErrorCode::usage, "this is a public key, not a private one");
    }
    return unexpected(ErrorCode::usage, "this is no SSH private key",
                      std::string("it begins with ") + std::string(kSshArmourBegin));
}

Unexpected unknown_protection() {
    return unexpected(ErrorCode::usage, "the SSH private key is encrypted in an unusual way",
                      kCopyHint);
}

/// The options of "bcrypt": string salt ‖ uint32 rounds.
Result<PassphraseHashing> read_hashing(std::string_view options) {
    WireReader reader(bytes_of(options));
    SPAREKEY_TRY(const ByteView salt, reader.string());
    SPAREKEY_TRY(const std::uint32_t rounds, reader.number());
    if (!reader.at_end() || salt.empty() || salt.size() > 64) return malformed();
    if (!SPAREKEY_LEFT_OUT("ssh-rounds") && (rounds == 0 || rounds > kMostRounds)) {
        return unknown_protection();
    }
    return PassphraseHashing{{salt.begin(), salt.end()}, rounds, 32 + kAesBlock};
}

Result<SshProtection> read_protection(WireReader& reader) {
    SPAREKEY_TRY(const std::string_view cipher, reader.text());
    SPAREKEY_TRY(const std::string_view derivation, reader.text());
    SPAREKEY_TRY(const std::string_view options, reader.text());
    if (cipher == "none" && derivation == "none") {
        if (!options.empty()) return malformed();
        return SshProtection{};
    }
    const bool counter = cipher == "aes256-ctr";
    if (derivation != "bcrypt" || (!counter && cipher != "aes256-cbc")) return unknown_protection();
    SPAREKEY_TRY(PassphraseHashing hashing, read_hashing(options));
    return SshProtection{counter ? AesMode::ctr : AesMode::cbc, std::move(hashing)};
}

}  // namespace

Result<SecretBytes> without_ssh_armour(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    text = text.substr(0, text.find_last_not_of(kSpace) + 1);
    if (!text.starts_with(kSshArmourBegin)) return another_format(text);
    text.remove_prefix(kSshArmourBegin.size());
    if (!text.ends_with(kSshArmourEnd)) return malformed();
    text.remove_suffix(kSshArmourEnd.size());
    auto bytes = secret_from_base64(text);
    if (!bytes) return malformed();
    return std::move(*bytes);
}

Result<SshEnvelope> read_ssh_envelope(ByteView bytes) {
    WireReader reader(bytes);
    SPAREKEY_CHECK(reader.expect(bytes_of(kSshFileMagic)));
    SshEnvelope envelope;
    SPAREKEY_TRY(envelope.protection, read_protection(reader));
    SPAREKEY_TRY(const std::uint32_t count, reader.number());
    if (count != 1) return malformed();
    SPAREKEY_TRY(envelope.public_blob, reader.string());
    SPAREKEY_TRY(envelope.private_part, reader.string());
    const std::size_t block = envelope.protection.block();
    if (!reader.at_end() || envelope.private_part.size() % block != 0) return malformed();
    return envelope;
}

Result<SecretBytes> opened_private_part(const SshEnvelope& envelope,
                                        const DerivePassphraseKey& derive) {
    const SshProtection& protection = envelope.protection;
    if (!protection.mode) return SecretBytes::copy_of(envelope.private_part);
    if (!derive) {
        return unexpected(ErrorCode::usage, "the SSH private key has a passphrase of its own",
                          std::string("--private-key FILE asks for it, or takes it from "
                                      "--passphrase-file; or ") +
                              kCopyHint);
    }
    SPAREKEY_TRY(const SecretBytes key, derive(protection.hashing));
    if (key.size() != protection.hashing.size) {
        return unexpected(ErrorCode::failed, "the passphrase's key has a wrong size");
    }
    return aes256_decrypt(*protection.mode, key.expose().first<32>(),
                          key.expose().subspan<32, kAesBlock>(), envelope.private_part);
}

}  // namespace sparekey::core
