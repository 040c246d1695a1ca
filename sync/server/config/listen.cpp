#include "sync/server/config/listen.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace sparekey::sync {
namespace {

bool is_address(int family, const std::string& text) {
    unsigned char bytes[16];
    return ::inet_pton(family, text.c_str(), bytes) == 1;
}

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "::1" ||
           (host.starts_with("127.") && is_address(AF_INET, std::string(host)));
}

std::optional<unsigned> number_up_to(std::string_view text, unsigned most) {
    unsigned number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failure == std::errc() && end == text.data() + text.size();
    return whole && number <= most ? std::optional(number) : std::nullopt;
}

struct HostAndPort {
    std::string host;
    std::optional<std::string> port;
};

/// "host", "host:port", "[v6]", "[v6]:port".
std::optional<HostAndPort> split_host(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view rest = text.substr(end + 1);
        if (!rest.empty() && !rest.starts_with(':')) return std::nullopt;
        HostAndPort parts{std::string(text.substr(1, end - 1)), {}};
        if (!is_address(AF_INET6, parts.host)) return std::nullopt;
        if (!rest.empty()) parts.port = std::string(rest.substr(1));
        return parts;
    }
    const auto colon = text.find(':');
    HostAndPort parts{std::string(text.substr(0, colon)), {}};
    if (colon != std::string_view::npos) parts.port = std::string(text.substr(colon + 1));
    return parts;
}

bool is_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

}  // namespace

bool ListenAddress::is_local() const {
    return !path.empty() || is_loopback(host);
}

std::string ListenAddress::text() const {
    if (!path.empty()) return "unix:" + path;
    const bool six = host.find(':') != std::string::npos;
    return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<ListenAddress> parse_listen(std::string_view text) {
    constexpr std::string_view kUnix = "unix:";
    if (text.starts_with(kUnix)) {
        const std::string_view path = text.substr(kUnix.size());
        if (!path.starts_with('/') || path.size() > 100) return std::nullopt;
        return ListenAddress{{}, 0, std::string(path)};
    }
    auto parts = split_host(text);
    if (!parts || !parts->port) return std::nullopt;
    const auto port = number_up_to(*parts->port, 65535);
    if (parts->host == "localhost") parts->host = "127.0.0.1";
    const bool literal = is_address(AF_INET, parts->host) || is_address(AF_INET6, parts->host);
    if (!port || !literal) return std::nullopt;
    return ListenAddress{parts->host, static_cast<std::uint16_t>(*port), {}};
}

std::optional<std::string> parse_origin(std::string_view url) {
    if (url.ends_with('/')) url.remove_suffix(1);
    const bool https = url.starts_with("https://");
    if (!https && !url.starts_with("http://")) return std::nullopt;
    const std::string_view authority = url.substr(https ? 8 : 7);
    const auto parts = split_host(authority);
    if (!parts) return std::nullopt;
    const bool port_fits = !parts->port || (number_up_to(*parts->port, 65535).value_or(0) > 0);
    const bool host_fits = authority.starts_with('[') || is_host_name(parts->host);
    if (!port_fits || !host_fits || (!https && !is_loopback(parts->host))) return std::nullopt;
    return std::string(url);
}

}  // namespace sparekey::sync
