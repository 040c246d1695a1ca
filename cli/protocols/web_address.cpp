#include "cli/protocols/web_address.h"

#include "cli/references/reference.h"
#include "core/base/mutant.h"
#include "core/text/number.h"

#include <algorithm>
#include <array>

namespace sparekey::cli {
namespace {

struct KnownPort {
    std::string_view scheme;
    std::uint16_t port;
};
constexpr std::array kKnownPorts = {
    KnownPort{"https", 443}, KnownPort{"http", 80},  KnownPort{"ftp", 21},   KnownPort{"ftps", 990},
    KnownPort{"smtp", 25},   KnownPort{"imap", 143}, KnownPort{"imaps", 993}};

std::uint16_t known_port(std::string_view scheme) {
    for (const KnownPort& known : kKnownPorts) {
        if (known.scheme == scheme) return known.port;
    }
    return 0;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool is_scheme(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    });
}

std::string normal_path(std::string_view path) {
    std::string decoded = percent_decoded(path).value_or(std::string(path));
    while (decoded.ends_with('/')) decoded.pop_back();
    if (decoded.ends_with(".git")) decoded.resize(decoded.size() - 4);
    decoded.erase(0, std::min(decoded.find_first_not_of('/'), decoded.size()));
    return decoded;
}

/// "[::1]:8443" and "host:8443" taken apart; false for a port that is none.
bool read_authority(std::string_view text, WebAddress& address) {
    std::size_t colon = text.rfind(':');
    if (text.starts_with('[')) {
        const auto bracket = text.find(']');
        if (bracket == std::string_view::npos) return false;
        address.host = lower(text.substr(1, bracket - 1));
        if (bracket + 1 == text.size()) return true;
        if (text[bracket + 1] != ':') return false;
        colon = bracket + 1;
    } else {
        address.host = lower(text.substr(0, colon));
        if (colon == std::string_view::npos) return true;
        if (address.host.find(':') != std::string::npos) return false;
    }
    const std::string_view port = text.substr(colon + 1);
    if (port.empty()) return true;
    const auto number = core::whole_number<decltype(address.port)>(port);
    address.port = number.value_or(address.port);
    return number.has_value();
}

}  // namespace

std::optional<WebAddress> web_address(std::string_view scheme, std::string_view authority,
                                      std::string_view path) {
    WebAddress address;
    address.scheme = lower(scheme);
    if (!is_scheme(address.scheme)) return std::nullopt;
    address.port = known_port(address.scheme);
    if (!read_authority(authority, address) || address.host.empty()) return std::nullopt;
    address.path = normal_path(path);
    return address;
}

std::optional<WebAddress> parse_web_address(std::string_view url) {
    std::string_view scheme = "https";
    const auto colon = url.find("://");
    if (colon != std::string_view::npos) {
        scheme = url.substr(0, colon);
        url.remove_prefix(colon + 3);
    }
    url = url.substr(0, url.find_first_of("?#"));
    const auto slash = url.find('/');
    std::string_view authority = url.substr(0, slash);
    if (const auto user = authority.rfind('@'); user != std::string_view::npos) {
        // "mailto:me@example.org" and "git@example.org:x" are no web addresses.
        if (colon == std::string_view::npos) return std::nullopt;
        authority.remove_prefix(user + 1);
    }
    return web_address(scheme, authority,
                       slash == std::string_view::npos ? std::string_view() : url.substr(slash));
}

bool same_server(const WebAddress& left, const WebAddress& right) {
    const bool scheme = left.scheme == right.scheme || SPAREKEY_LEFT_OUT("address-scheme");
    const bool host = left.host == right.host || SPAREKEY_LEFT_OUT("address-host");
    const bool port = left.port == right.port || SPAREKEY_LEFT_OUT("address-port");
    return scheme && host && port;
}

bool is_path_prefix(std::string_view part, std::string_view path) {
    return path.starts_with(part) &&
           (part.empty() || path.size() == part.size() || path[part.size()] == '/');
}

}  // namespace sparekey::cli
