#include "core/ssh/openssh_file.h"

#include "core/base/mutant.h"
#include "core/secret/base64.h"
#include "core/ssh/openssh_envelope.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::size_t kLineWidth = 70;

Unexpected malformed_key() {
    return unexpected(ErrorCode::usage, "the SSH private key is malformed");
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

Result<SshKeyFile> read_private_part(ByteView section, const SshProtection& protection) {
    WireReader reader(section);
    SPAREKEY_TRY(const bool agree, check_numbers_agree(reader));
    if (!agree && protection.mode) {
        return unexpected(ErrorCode::locked, "the passphrase does not open the SSH private key");
    }
    if (!agree) return malformed_key();
    SPAREKEY_TRY(SshPrivateKey key, SshPrivateKey::read(reader));
    SPAREKEY_TRY(const std::string_view comment, reader.text());
    if (!is_padding(reader.left(), protection.block())) return malformed_key();
    return SshKeyFile{std::move(key), std::string(comment)};
}

}  // namespace

Result<SshKeyFile> parse_openssh_file(std::string_view text, const DerivePassphraseKey& derive) {
    if (text.size() > kLargestSshFile) {
        return unexpected(ErrorCode::usage, "an SSH private key has at most 64 KiB");
    }
    SPAREKEY_TRY(const SecretBytes bytes, without_ssh_armour(text));
    SPAREKEY_TRY(const SshEnvelope envelope, read_ssh_envelope(bytes.expose()));
    SPAREKEY_TRY(const SecretBytes section, opened_private_part(envelope, derive));
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
    const auto bytes = without_ssh_armour(text);
    if (!bytes) return false;
    const auto envelope = read_ssh_envelope(bytes->expose());
    return envelope && envelope->protection.mode;
}

SecretText write_openssh_file(const SshPrivateKey& key, std::string_view comment, Random& random) {
    WireWriter section;
    const auto check_number = random.bytes<4>();
    section.raw(check_number).raw(check_number);
    key.write(section);
    section.text(comment);
    for (std::uint8_t pad = 1; section.size() % kSshPlainBlock != 0; ++pad) section.byte(pad);

    WireWriter file;
    file.raw(bytes_of(kSshFileMagic)).text("none").text("none").text("").number(1);
    file.string(key.public_key().blob()).string(section.expose());
    const SecretText encoded = secret_to_base64(file.expose());

    SecretBuilder text;
    text.append(kSshArmourBegin);
    text.append('\n');
    std::string_view left = encoded.expose();
    while (!left.empty()) {
        text.append(left.substr(0, kLineWidth));
        text.append('\n');
        left.remove_prefix(std::min(left.size(), kLineWidth));
    }
    text.append(kSshArmourEnd);
    text.append('\n');
    return SecretText(std::move(text).take());
}

}  // namespace sparekey::core
