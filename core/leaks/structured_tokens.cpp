#include "core/leaks/structured_tokens.h"

#include "core/base/bytes.h"
#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/leaks/token_text.h"
#include "core/leaks/tokens.h"

#include <algorithm>
#include <array>

namespace sparekey::core {
namespace {

constexpr std::size_t kLongestHeader = 1024;
constexpr std::size_t kShortestSignature = 42;  // base64url of 32 bytes, less one for slips
constexpr std::size_t kShortestKey = 32;        // bytes: an Ed25519 key in PKCS#8 has 48

std::string decoded_base64url(std::string_view text) {
    const auto bytes = from_base64url(text);
    return bytes ? std::string(text_of(*bytes)) : std::string();
}

bool is_signed_header(std::string_view json) {
    return json.starts_with('{') && json.ends_with('}') &&
           json.find("\"alg\"") != std::string_view::npos &&
           json.find("none") == std::string_view::npos;
}

/// Made with a key out of some documentation: whoever likes can make one.
bool is_example(std::string_view content, std::string_view signature) {
    static constexpr std::array<std::string_view, 6> kKeys = {
        "secret", "your-256-bit-secret", "key", "password", "test", "mysecret"};
    return std::any_of(kKeys.begin(), kKeys.end(), [&](std::string_view key) {
        return to_base64url(hmac_sha256(bytes_of(key), {bytes_of(content)})) == signature;
    });
}

/// What stands between `at` and `end`, without the marks that source code puts around lines.
std::string body_characters(std::string_view text, std::size_t at, std::size_t end) {
    std::string body;
    for (; at < end; ++at) {
        const char c = text[at];
        if (c == '\\' && at + 1 < end && (text[at + 1] == 'n' || text[at + 1] == 'r')) ++at;
        if (belongs(c, Alphabet::alphanumeric) || c == '+' || c == '/' || c == '=')
            body += c;
        else if (c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != '"' && c != '\'' &&
                 c != ',' && c != '\\') {
            return {};
        }
    }
    return body;
}

/// A DER sequence (X.690) that ends where the bytes do, of which a few may be padding.
bool is_der_sequence(ByteView bytes) {
    if (bytes.size() < kShortestKey || bytes[0] != 0x30) return false;
    std::size_t length = bytes[1], head = 2;
    if (length > 0x80) {
        const std::size_t octets = length - 0x80;
        if (octets > 3) return false;
        length = 0;
        for (; head < 2 + octets; ++head) length = length << 8U | bytes[head];
    } else if (length == 0x80) {
        return false;
    }
    return head + length == bytes.size() && bytes[head] == 0x02;  // a version comes first
}

/// OpenSSH's own format, whose cipher is "none".
bool is_open_openssh_key(ByteView bytes) {
    const std::string_view text = text_of(bytes);
    return text.starts_with(std::string_view("openssh-key-v1\0\0\0\0\4none", 23)) &&
           text.size() > 120;
}

bool is_open_key(std::string_view body) {
    const auto bytes = from_base64(body);
    return bytes && (is_der_sequence(*bytes) || is_open_openssh_key(*bytes));
}

}  // namespace

std::string_view find_jwt(std::string_view text, std::size_t at) {
    if (!begins_word(text, at)) return {};
    const std::size_t header = run_length(text, at, Alphabet::base64url);
    const std::size_t payload_at = at + header + 1;
    if (header > kLongestHeader || payload_at >= text.size() || text[payload_at - 1] != '.')
        return {};
    const std::size_t payload = run_length(text, payload_at, Alphabet::base64url);
    const std::size_t signature_at = payload_at + payload + 1;
    if (payload == 0 || signature_at >= text.size() || text[signature_at - 1] != '.') return {};
    const std::size_t signature = run_length(text, signature_at, Alphabet::base64url);
    if (signature < kShortestSignature || signature_at + signature - at > kLongestToken) return {};
    if (!is_signed_header(decoded_base64url(text.substr(at, header))) &&
        !SPAREKEY_LEFT_OUT("token-jwt-header")) {
        return {};
    }
    const std::string claims = decoded_base64url(text.substr(payload_at, payload));
    if (!claims.starts_with('{') || claims.find("\"1234567890\"") != std::string::npos) return {};
    if (!looks_random(text.substr(signature_at, signature))) return {};
    if (is_example(text.substr(at, signature_at - 1 - at), text.substr(signature_at, signature))) {
        return {};
    }
    return text.substr(at, signature_at + signature - at);
}

std::string_view find_private_key(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at, kLongestToken);
    const std::size_t head = rest.find("PRIVATE KEY-----");
    if (head == std::string_view::npos || head > 24) return {};
    const std::size_t body = head + std::string_view("PRIVATE KEY-----").size();
    const std::size_t end = rest.find("-----END ", body);
    if (end == std::string_view::npos) return {};
    if (!is_open_key(body_characters(rest, body, end)) && !SPAREKEY_LEFT_OUT("token-key-body")) {
        return {};
    }
    return rest.substr(0, end);
}

std::string_view find_putty_key(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at, kLongestToken);
    const std::size_t cipher = rest.find("\nEncryption: none");
    const std::size_t lines = rest.find("\nPrivate-Lines: ");
    const std::size_t end = rest.find("\nPrivate-MAC: ");
    if (cipher == std::string_view::npos || lines == std::string_view::npos ||
        end == std::string_view::npos || cipher > lines || lines > end) {
        return {};
    }
    return rest.substr(0, end);
}

}  // namespace sparekey::core
