// URLs as libcurl reads them, so that what is checked is what is fetched.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparekey::sync {

enum class UrlScheme : std::uint8_t { http, https };

struct Url {
    UrlScheme scheme = UrlScheme::https;
    std::string host;  // lower case, an IPv6 address in its brackets
    std::uint16_t port = 443;
    std::string path;   // begins with '/'
    std::string query;  // without '?'

    /// Scheme, host and port, such as "https://id.example.org"; the usual port is left out.
    std::string origin() const;
};

/// Absolute, http or https, printable ASCII, with a host; no user name and no fragment.
/// ErrorCode::usage otherwise.
core::Result<Url> parse_url(std::string_view text);

/// What `reference` means on a page of `base`, as text.
core::Result<std::string> resolve_url(std::string_view base, std::string_view reference);

/// "localhost", 127.0.0.0/8 or [::1], by its name alone.
bool names_loopback(const Url& url);

/// RFC 3986's unreserved characters stay, everything else becomes %XX.
std::string percent_encoded(std::string_view text);

/// `url` with the parameters added to its query.
std::string with_query(std::string_view url,
                       const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace sparekey::sync
