#include "core/ssh/openssh_file.h"

#include "core/base/mutant.h"
#include "core/crypto/aes.h"
#include "core/secret/base64.h"

#include <algorithm>
#include <optional>

namespace sparekey::core {
namespace {

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kMagic{"openssh-key-v1\0", 15};
constexpr std::size_t kLineWidth = 70;
constexpr std::size_t kPlainBlock = 8;       // of the cipher "none"
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
                      std::string("it begins with ") + std::string(kBegin));
}

/// Between the two lines of dashes.
Result<SecretBytes> without_armour(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    text = text.substr(0, text.find_last_not_of(kSpace) + 1);
    if (!text.starts_with(kBegin)) return another_format(text);
    text.remove_prefix(kBegin.size());
    if (!text.ends_with(kEnd)) return malformed();
    text.remove_suffix(kEnd.size());
    auto bytes = secret_from_base64(text);
    if (!bytes) return malformed();
    return std::move(*bytes);
}

/// Two equal numbers show a reader that it decrypted well.
Result<bool> check_numbers_agree(WireReader& reader) {
    SPAREKEY_TRY(const std::uint32_t first, reader.number());
    SPAREKEY_TRY(const std::uint32_t second, reader.number());
    return first == second;
}

/// 1, 2, 3 … up to a whole number of blocks.
bool is_padding(ByteView bytes, std::size_t block) {
    if (bytes.size() >= block) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] != i + 1) return false;
    }
    return true;
}

/// How the private part is encrypted; without a mode it is not.
struct Protection {
    std::optional<AesMode> mode;
    PassphraseHashing hashing = {};

    std::size_t block() const { return mode ? kAesBlock : kPlainBlock; }
};

struct Envelope {
    Protection protection;
    ByteView public_blob;
    ByteView private_part;
};

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

Result<Protection> read_protection(WireReader& reader) {
    SPAREKEY_TRY(const std::string_view cipher, reader.text());
    SPAREKEY_TRY(const std::string_view derivation, reader.text());
    SPAREKEY_TRY(const std::string_view options, reader.text());
    if (cipher == "none" && derivation == "none") {
        if (!options.empty()) return malformed();
        return Protection{};
    }
    const bool counter = cipher == "aes256-ctr";
    if (derivation != "bcrypt" || (!counter && cipher != "aes256-cbc")) return unknown_protection();
    SPAREKEY_TRY(PassphraseHashing hashing, read_hashing(options));
    return Protection{counter ? AesMode::ctr : AesMode::cbc, std::move(hashing)};
}

Result<Envelope> read_envelope(ByteView bytes) {
    WireReader reader(bytes);
    SPAREKEY_CHECK(reader.expect(bytes_of(kMagic)));
    Envelope envelope;
    SPAREKEY_TRY(envelope.protection, read_protection(reader));
    SPAREKEY_TRY(const std::uint32_t count, reader.number());
    if (count != 1) return malformed();
    SPAREKEY_TRY(envelope.public_blob, reader.string());
    SPAREKEY_TRY(envelope.private_part, reader.string());
    const std::size_t block = envelope.protection.block();
    if (!reader.at_end() || envelope.private_part.size() % block != 0) return malformed();
    return envelope;
}

Result<SecretBytes> opened_part(const Envelope& envelope, const DerivePassphraseKey& derive) {
    const Protection& protection = envelope.protection;
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

Result<SshKeyFile> read_private_part(ByteView section, const Protection& protection) {
    WireReader reader(section);
    SPAREKEY_TRY(const bool agree, check_numbers_agree(reader));
    if (!agree && protection.mode) {
        return unexpected(ErrorCode::locked, "the passphrase does not open the SSH private key");
    }
    if (!agree) return malformed();
    SPAREKEY_TRY(SshPrivateKey key, SshPrivateKey::read(reader));
    SPAREKEY_TRY(const std::string_view comment, reader.text());
    if (!is_padding(reader.left(), protection.block())) return malformed();
    return SshKeyFile{std::move(key), std::string(comment)};
}

}  // namespace

Result<SshKeyFile> parse_openssh_file(std::string_view text, const DerivePassphraseKey& derive) {
    if (text.size() > kLargestSshFile) {
        return unexpected(ErrorCode::usage, "an SSH private key has at most 64 KiB");
    }
    SPAREKEY_TRY(const SecretBytes bytes, without_armour(text));
    SPAREKEY_TRY(const Envelope envelope, read_envelope(bytes.expose()));
    SPAREKEY_TRY(const SecretBytes section, opened_part(envelope, derive));
    SPAREKEY_TRY(SshKeyFile file, read_private_part(section.expose(), envelope.protection));
    const Bytes own = file.key.public_key().blob();
    if (!SPAREKEY_LEFT_OUT("ssh-outer-key") &&
        !std::equal(own.begin(), own.end(), envelope.public_blob.begin(),
                    envelope.public_blob.end())) {
        return unexpected(ErrorCode::usage,
                          "the SSH key file names another public key than its private key's");
    }
    return file;
}

bool has_passphrase(std::string_view text) {
    if (text.size() > kLargestSshFile) return false;
    const auto bytes = without_armour(text);
    if (!bytes) return false;
    const auto envelope = read_envelope(bytes->expose());
    return envelope && envelope->protection.mode;
}

SecretText write_openssh_file(const SshPrivateKey& key, std::string_view comment, Random& random) {
    WireWriter section;
    const auto check_number = random.bytes<4>();
    section.raw(check_number).raw(check_number);
    key.write(section);
    section.text(comment);
    for (std::uint8_t pad = 1; section.size() % kPlainBlock != 0; ++pad) section.byte(pad);

    WireWriter file;
    file.raw(bytes_of(kMagic)).text("none").text("none").text("").number(1);
    file.string(key.public_key().blob()).string(section.expose());
    const SecretText encoded = secret_to_base64(file.expose());

    SecretBuilder text;
    text.append(kBegin);
    text.append('\n');
    std::string_view left = encoded.expose();
    while (!left.empty()) {
        text.append(left.substr(0, kLineWidth));
        text.append('\n');
        left.remove_prefix(std::min(left.size(), kLineWidth));
    }
    text.append(kEnd);
    text.append('\n');
    return SecretText(std::move(text).take());
}

}  // namespace sparekey::core
