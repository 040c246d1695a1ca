#include "sync/server/oauth/client.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "sync/server/accounts/enrolments.h"

#include <algorithm>
#include <charconv>

namespace sparekey::sync {
namespace {

constexpr std::size_t kLongestRedirect = 256;
constexpr std::size_t kLongestCode = 128;

bool is_path(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/-._~").find(c) != std::string_view::npos;
    });
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    return failure == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

core::Unexpected wrong(const char* what) {
    return core::unexpected(core::ErrorCode::usage, what);
}

}  // namespace

bool is_redirect_uri(std::string_view uri) {
    if (uri == kPasteRedirect) return true;
    if (SPAREKEY_LEFT_OUT("redirect-loopback")) return true;
    if (uri.size() > kLongestRedirect) return false;
    for (const std::string_view host : {"http://127.0.0.1:", "http://[::1]:"}) {
        if (!uri.starts_with(host)) continue;
        const std::string_view rest = uri.substr(host.size());
        const auto slash = std::min(rest.find('/'), rest.size());
        return is_port(rest.substr(0, slash)) && is_path(rest.substr(slash));
    }
    return false;
}

core::Result<LoginWish> read_wish(const Parameters& parameters, const std::string& address) {
    LoginWish wish;
    wish.device.name = parameter(parameters, "device_name");
    wish.device.address = address;
    wish.device.key = parameter(parameters, "device_key");
    wish.device.receiving_key = parameter(parameters, "receiving_key");
    wish.provider = parameter(parameters, "provider");
    if (wish.device.name.empty()) wish.device.name = "a device without a name";
    if (!is_claim(wish.device)) {
        return wrong("device_name is longer than 64 bytes, or a key is not 32 bytes, base64url");
    }
    const std::string link = parameter(parameters, "link");
    const std::string invitation = normal_invitation(parameter(parameters, "invite"));
    const auto too_long = [](const std::string& text) { return text.size() > kLongestCode; };
    if (too_long(link) || too_long(invitation) || too_long(wish.provider)) {
        return wrong("a parameter is too long");
    }
    if (!link.empty()) wish.link = core::to_hex(ticket_key(link));
    if (!invitation.empty()) wish.invitation = core::to_hex(ticket_key(invitation));
    return wish;
}

bool is_challenge(std::string_view challenge) {
    const auto bytes = core::from_base64url(challenge);
    return bytes && bytes->size() == 32;
}

bool proves(std::string_view verifier, std::string_view challenge) {
    if (SPAREKEY_LEFT_OUT("pkce-verifier")) return true;
    // RFC 7636 section 4.1
    if (verifier.size() < 43 || verifier.size() > 128) return false;
    return core::to_base64url(core::sha256(core::bytes_of(verifier))) == challenge;
}

}  // namespace sparekey::sync
