#include "core/otp/otp.h"
#include "core/text/number.h"

#include <algorithm>
#include <optional>

namespace sparekey::core {
namespace {

constexpr std::size_t kLongestText = 8192;
constexpr std::size_t kLongestSecret = 1024;

Unexpected malformed(const std::string& what) {
    return unexpected(ErrorCode::usage, "the one-time code's secret cannot be used: " + what,
                      "base32, an otpauth:// URI or steam://SECRET");
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_folded(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

bool starts_folded(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && same_folded(text.substr(0, prefix.size()), prefix);
}

/// Base32 as people type it: spaces, hyphens, lower case, with or without padding. Left-over bits
/// are dropped, as authenticator apps do.
Result<SecretBytes> lenient_base32(std::string_view text) {
    SecretBytes decoded(text.size() * 5 / 8 + 1);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    std::size_t size = 0;
    for (const char c : text) {
        if (c == ' ' || c == '-' || c == '\t' || c == '=') continue;
        const char letter = lower(c);
        if (letter >= 'a' && letter <= 'z') {
            buffer = (buffer << 5) | static_cast<std::uint32_t>(letter - 'a');
        } else if (letter >= '2' && letter <= '7') {
            buffer = (buffer << 5) | static_cast<std::uint32_t>(letter - '2' + 26);
        } else {
            return malformed("a character is not base32");
        }
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            decoded.expose_mutable()[size++] = static_cast<std::uint8_t>(buffer >> bits);
        }
    }
    if (size == 0) return malformed("it is empty");
    if (size > kLongestSecret) return malformed("it is too long");
    decoded.truncate(size);
    return decoded;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

SecretText percent_decoded(std::string_view text) {
    SecretBuilder decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            decoded.append(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
            i += 2;
        } else {
            decoded.append(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return SecretText(std::move(decoded).take());
}

std::optional<HmacHash> hash_named(std::string_view name) {
    std::string folded;
    for (const char c : name) {
        if (c != '-' && c != '_') folded += lower(c);
    }
    if (folded.starts_with("hmac")) folded.erase(0, 4);
    if (folded == "sha1") return HmacHash::sha1;
    if (folded == "sha256") return HmacHash::sha256;
    if (folded == "sha512") return HmacHash::sha512;
    return std::nullopt;
}

/// One `name=value`, in the names of the key URI format and of KeeOtp.
Result<void> apply_parameter(OtpSpec& spec, std::string_view name, std::string_view value) {
    if (same_folded(name, "secret") || same_folded(name, "key")) {
        SPAREKEY_TRY(spec.secret, lenient_base32(value));
    } else if (same_folded(name, "algorithm") || same_folded(name, "otpHashMode")) {
        const auto hash = hash_named(value);
        if (!hash) return malformed("its algorithm is unknown");
        spec.hash = *hash;
    } else if (same_folded(name, "digits") || same_folded(name, "size")) {
        const auto digits = whole_number<unsigned>(value);
        if (!digits || *digits < 5 || *digits > 10) return malformed("it has 5 to 10 digits");
        spec.digits = *digits;
    } else if (same_folded(name, "period") || same_folded(name, "step")) {
        const auto period = whole_number<std::uint32_t>(value);
        if (!period || *period < 1 || *period > 86400) {
            return malformed("its period is 1 to 86,400 seconds");
        }
        spec.period = *period;
    } else if (same_folded(name, "counter")) {
        const auto counter = whole_number<std::uint64_t>(value);
        if (!counter) return malformed("its counter is not a number");
        spec.counter = *counter;
    } else if (same_folded(name, "type")) {
        if (same_folded(value, "hotp")) spec.kind = OtpKind::hotp;
    } else if (same_folded(name, "encoder") || same_folded(name, "issuer")) {
        if (same_folded(value, "steam")) spec.kind = OtpKind::steam;
    }
    return {};
}

Result<OtpSpec> parse_parameters(OtpSpec spec, std::string_view query) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos) {
            const SecretText value = percent_decoded(pair.substr(equals + 1));
            SPAREKEY_CHECK(apply_parameter(spec, pair.substr(0, equals), value.expose()));
        }
        if (end == std::string_view::npos) break;
        query.remove_prefix(end + 1);
    }
    if (spec.secret.empty()) return malformed("it is missing");
    return spec;
}

Result<OtpSpec> parse_uri(std::string_view text) {
    constexpr std::string_view kScheme = "otpauth://";
    OtpSpec spec;
    const std::string_view rest = text.substr(kScheme.size());
    const std::string_view type = rest.substr(0, rest.find_first_of("/?"));
    if (same_folded(type, "hotp")) {
        spec.kind = OtpKind::hotp;
    } else if (same_folded(type, "steam")) {
        spec.kind = OtpKind::steam;
    } else if (!same_folded(type, "totp")) {
        return malformed("its type is neither totp nor hotp");
    }
    const auto query = rest.find('?');
    if (query == std::string_view::npos) return malformed("it is missing");
    return parse_parameters(std::move(spec), rest.substr(query + 1));
}

std::string_view trimmed(std::string_view text) {
    const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (!text.empty() && space(text.front())) text.remove_prefix(1);
    while (!text.empty() && space(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace

Result<OtpSpec> parse_otp(std::string_view text) {
    text = trimmed(text);
    if (text.size() > kLongestText) return malformed("it is too long");
    if (starts_folded(text, "otpauth://")) return parse_uri(text);
    OtpSpec spec;
    if (starts_folded(text, "steam://")) {
        spec.kind = OtpKind::steam;
        text.remove_prefix(8);
    } else if (starts_folded(text, "key=") || text.find("&key=") != std::string_view::npos) {
        return parse_parameters(std::move(spec), text);
    }
    SPAREKEY_TRY(spec.secret, lenient_base32(text));
    return spec;
}

SecretText with_counter(std::string_view text, std::uint64_t counter) {
    const std::string parameter = "counter=" + std::to_string(counter);
    SecretBuilder renewed;
    bool written = false;
    text = trimmed(text);
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t mark = std::min(text.find_first_of("?&", from), text.size());
        const std::string_view piece = text.substr(from, mark - from);
        const bool old = from > 0 && starts_folded(piece, "counter=");
        renewed.append(old ? std::string_view(parameter) : piece);
        written = written || old;
        if (mark < text.size()) renewed.append(text[mark]);
        from = mark + 1;
    }
    if (!written) renewed.append("&" + parameter);
    return SecretText(std::move(renewed).take());
}

}  // namespace sparekey::core
