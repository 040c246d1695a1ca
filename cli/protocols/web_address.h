// The parts of a URL that decide who may be given a password: scheme, host, port, path.
//
// Lenient in what it reads, since items hold what people typed ("example.org", "host:8443/x"), and
// strict in what it takes for the same: no subdomains, no other port, no https for http.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sparekey::cli {

struct WebAddress {
    std::string scheme;      // lower case; "https" if the text has none
    std::string host;        // lower case, an IPv6 address without its brackets
    std::uint16_t port = 0;  // the scheme's own, if the text has none; 0 if that has none either
    std::string path;        // decoded, without '/' at its ends and without ".git"
};

/// Nothing without a host, or for what is no URL.
std::optional<WebAddress> parse_web_address(std::string_view url);

/// From parts that were given one by one; `authority` is "host" or "host:port".
std::optional<WebAddress> web_address(std::string_view scheme, std::string_view authority,
                                      std::string_view path);

/// Scheme, host and port are the same.
bool same_server(const WebAddress& left, const WebAddress& right);

/// `part` is `path` or a folder above it: "team" of "team/project".
bool is_path_prefix(std::string_view part, std::string_view path);

}  // namespace sparekey::cli
