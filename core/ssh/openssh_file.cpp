#include "core/ssh/openssh_file.h"

#include "core/base/mutant.h"
#include "core/secret/base64.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kMagic{"openssh-key-v1\0", 15};
constexpr std::size_t kLineWidth = 70;
constexpr std::size_t kBlockSize = 8;  // of the cipher "none"
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

/// Two equal numbers show a reader that it decrypted well; here they are only checked.
Result<void> read_check_numbers(WireReader& reader) {
    SPAREKEY_TRY(const std::uint32_t first, reader.number());
    SPAREKEY_TRY(const std::uint32_t second, reader.number());
    if (first != second) return malformed();
    return {};
}

/// 1, 2, 3 … up to a whole number of blocks.
bool is_padding(ByteView bytes) {
    if (bytes.size() >= kBlockSize) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] != i + 1) return false;
    }
    return true;
}

Result<SshKeyFile> read_private_part(ByteView section) {
    if (section.size() % kBlockSize != 0) return malformed();
    WireReader reader(section);
    SPAREKEY_CHECK(read_check_numbers(reader));
    SPAREKEY_TRY(SshPrivateKey key, SshPrivateKey::read(reader));
    SPAREKEY_TRY(const std::string_view comment, reader.text());
    if (!is_padding(reader.left())) return malformed();
    return SshKeyFile{std::move(key), std::string(comment)};
}

Result<void> read_cipher(WireReader& reader) {
    SPAREKEY_TRY(const std::string_view cipher, reader.text());
    SPAREKEY_TRY(const std::string_view derivation, reader.text());
    SPAREKEY_TRY(const std::string_view options, reader.text());
    if (cipher != "none" || derivation != "none") {
        return unexpected(ErrorCode::usage, "the SSH private key has a passphrase of its own",
                          kCopyHint);
    }
    if (!options.empty()) return malformed();
    return {};
}

}  // namespace

Result<SshKeyFile> parse_openssh_file(std::string_view text) {
    if (text.size() > kLargestSshFile) {
        return unexpected(ErrorCode::usage, "an SSH private key has at most 64 KiB");
    }
    SPAREKEY_TRY(const SecretBytes bytes, without_armour(text));
    WireReader reader(bytes.expose());
    SPAREKEY_CHECK(reader.expect(bytes_of(kMagic)));
    SPAREKEY_CHECK(read_cipher(reader));
    SPAREKEY_TRY(const std::uint32_t count, reader.number());
    if (count != 1) return malformed();
    SPAREKEY_TRY(const ByteView public_blob, reader.string());
    SPAREKEY_TRY(const ByteView private_part, reader.string());
    if (!reader.at_end()) return malformed();
    SPAREKEY_TRY(SshKeyFile file, read_private_part(private_part));
    const Bytes own = file.key.public_key().blob();
    if (!SPAREKEY_LEFT_OUT("ssh-outer-key") &&
        !std::equal(own.begin(), own.end(), public_blob.begin(), public_blob.end())) {
        return unexpected(ErrorCode::usage,
                          "the SSH key file names another public key than its private key's");
    }
    return file;
}

SecretText write_openssh_file(const SshPrivateKey& key, std::string_view comment, Random& random) {
    WireWriter section;
    const auto check_number = random.bytes<4>();
    section.raw(check_number).raw(check_number);
    key.write(section);
    section.text(comment);
    for (std::uint8_t pad = 1; section.size() % kBlockSize != 0; ++pad) section.byte(pad);

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
