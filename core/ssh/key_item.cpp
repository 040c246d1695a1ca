#include "core/ssh/key_item.h"

#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::core {
namespace {

using Fields = std::vector<CustomField>;

constexpr std::size_t kLongestGeneratedRsa = 4096;

CustomField* find(Fields& fields, std::string_view name) {
    const auto at = std::find_if(fields.begin(), fields.end(),
                                 [&](const CustomField& field) { return field.name == name; });
    return at == fields.end() ? nullptr : &*at;
}

std::string_view value_of(const Fields& fields, std::string_view name) {
    for (const CustomField& field : fields) {
        if (field.name == name) return field.value.expose();
    }
    return {};
}

void put(Fields& fields, std::string_view name, std::string_view value, bool secret) {
    if (CustomField* const field = find(fields, name)) {
        field->value = SecretText::copy_of(value);
        field->secret = field->secret || secret;
    } else {
        fields.push_back({std::string(name), SecretText::copy_of(value), secret});
    }
}

void put_public(Fields& fields, const SshPublicKey& key, std::string_view comment) {
    put(fields, kPublicKeyField, key.line(comment), false);
    put(fields, kFingerprintField, key.fingerprint(), false);
}

/// Line ends as OpenSSH wants them, whatever a clipboard or an editor made of them.
SecretText with_clean_lines(std::string_view text) {
    SecretBuilder clean;
    constexpr std::string_view kSpace = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    text = text.substr(0, text.find_last_not_of(kSpace) + 1);
    for (const char c : text) {
        if (c != '\r') clean.append(c);
    }
    clean.append('\n');
    return SecretText(std::move(clean).take());
}

std::string_view comment_of(const SshKeyFile& file, std::string_view title) {
    return file.comment.empty() || !is_utf8(file.comment) ? title : std::string_view(file.comment);
}

Unexpected other_key(std::string_view field) {
    return unexpected(
        ErrorCode::usage,
        "the field " + std::string(field) + " belongs to another key than private_key",
        "leave it out, and it is filled in");
}

/// Whether `given` may stand as it is, may be replaced, or contradicts the key.
enum class Verdict { fits, stale, contradicts };
Verdict judge(std::string_view given, std::string_view before, bool fits) {
    if (fits) return Verdict::fits;
    return given.empty() || given == before ? Verdict::stale : Verdict::contradicts;
}

Result<void> complete(Fields& fields, const Fields& before, std::string_view title) {
    SPAREKEY_TRY(const SshKeyFile file, parse_openssh_file(value_of(fields, kPrivateKeyField)));
    const SshPublicKey& key = file.key.public_key();
    if (value_of(fields, kPrivateKeyField) != value_of(before, kPrivateKeyField)) {
        SPAREKEY_CHECK(file.key.check_thoroughly());
    }
    put(fields, kPrivateKeyField, with_clean_lines(value_of(fields, kPrivateKeyField)).expose(),
        true);

    const std::string_view line = value_of(fields, kPublicKeyField);
    const auto named = SshPublicKey::parse_line(line);
    const Verdict of_line = judge(line, value_of(before, kPublicKeyField), named && *named == key);
    if (of_line == Verdict::contradicts) return other_key(kPublicKeyField);
    const std::string_view print = value_of(fields, kFingerprintField);
    const Verdict of_print =
        judge(print, value_of(before, kFingerprintField), print == key.fingerprint());
    if (of_print == Verdict::contradicts) return other_key(kFingerprintField);

    if (of_line == Verdict::stale) {
        put(fields, kPublicKeyField, key.line(comment_of(file, title)), false);
    }
    put(fields, kFingerprintField, key.fingerprint(), false);
    return {};
}

struct KeySize {
    SshKeyKind kind = SshKeyKind::ed25519;
    std::size_t rsa_bits = kRsaDefaultBits;
};

KeySize size_of(const Fields& fields) {
    KeySize size;
    const auto file = parse_openssh_file(value_of(fields, kPrivateKeyField));
    if (!file) return size;
    size.kind = file->key.kind();
    if (const auto* rsa = std::get_if<RsaPublicKey>(&file->key.public_key().parts())) {
        size.rsa_bits = std::clamp(modulus_bits(*rsa), kRsaDefaultBits, kLongestGeneratedRsa);
    }
    return size;
}

}  // namespace

Result<SshKeyKind> parse_generated_kind(std::string_view text) {
    if (text.empty() || text == "ed25519") return SshKeyKind::ed25519;
    if (text == "ecdsa") return SshKeyKind::ecdsa_p256;
    if (text == "rsa") return SshKeyKind::rsa;
    return unexpected(ErrorCode::usage,
                      "there is no SSH key of the kind \"" + printable(text) + "\"",
                      "ed25519, ecdsa or rsa");
}

void generate_key_fields(Fields& fields, std::optional<SshKeyKind> kind, std::string_view comment,
                         Random& random) {
    KeySize size = size_of(fields);
    if (kind && *kind != size.kind) size = {*kind, kRsaDefaultBits};
    const SshPrivateKey key = SshPrivateKey::generate(size.kind, random, size.rsa_bits);
    const std::string shown = printable(comment);
    put(fields, kPrivateKeyField, write_openssh_file(key, shown, random).expose(), true);
    put_public(fields, key.public_key(), shown);
}

Result<void> set_key_fields(Fields& fields, std::string_view file, std::string_view title) {
    SPAREKEY_TRY(const SshKeyFile given, parse_openssh_file(file));
    SPAREKEY_CHECK(given.key.check_thoroughly());
    put(fields, kPrivateKeyField, with_clean_lines(file).expose(), true);
    return refresh_key_fields(fields, title);
}

Result<void> refresh_key_fields(Fields& fields, std::string_view title) {
    SPAREKEY_TRY(const SshKeyFile file, parse_openssh_file(value_of(fields, kPrivateKeyField)));
    put_public(fields, file.key.public_key(), comment_of(file, title));
    return {};
}

Result<void> complete_key_fields(Fields& fields, const Fields& before, std::string_view title) {
    const std::string_view key = value_of(fields, kPrivateKeyField);
    if (key.empty()) return {};
    const bool unchanged = key == value_of(before, kPrivateKeyField);
    auto completed = complete(fields, before, title);
    // An import may have brought a key of a kind that is not supported: the item stays editable.
    if (!completed && unchanged) return {};
    return completed;
}

Result<SshPrivateKey> private_key_of(const Item& item) {
    const std::string_view text = value_of(item.fields, kPrivateKeyField);
    if (text.empty()) return unexpected(ErrorCode::not_found, "the item has no private_key");
    SPAREKEY_TRY(SshKeyFile file, parse_openssh_file(text));
    return std::move(file.key);
}

std::optional<SshIdentity> identity_of(const Item& item) {
    const auto key = private_key_of(item);
    if (!key) return std::nullopt;
    return SshIdentity{key->public_key().blob(), printable(item.title)};
}

Result<Bytes> sign_with_item(const Item& item, ByteView public_blob, ByteView data,
                             std::uint32_t flags) {
    SPAREKEY_TRY(const SshPrivateKey key, private_key_of(item));
    const Bytes own = key.public_key().blob();
    if (!std::equal(own.begin(), own.end(), public_blob.begin(), public_blob.end())) {
        return unexpected(ErrorCode::not_found, "the item holds another SSH key");
    }
    return key.sign(data, flags);
}

bool asks_before_use(const Item& item) {
    const std::string answer = fold(value_of(item.fields, kConfirmField));
    return !answer.empty() && answer != "false" && answer != "no";
}

}  // namespace sparekey::core
