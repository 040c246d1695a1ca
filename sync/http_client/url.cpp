#include "sync/http_client/url.h"

#include "core/base/mutant.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

struct FreeUrl {
    void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

UrlHandle new_handle() {
    UrlHandle handle(curl_url());
    if (!handle) throw core::SystemFailure("no memory for a URL");
    return handle;
}

std::string part_of(CURLU& handle, CURLUPart part, unsigned flags = 0) {
    char* found = nullptr;
    if (curl_url_get(&handle, part, &found, flags) != CURLUE_OK) return {};
    std::string text(found);
    curl_free(found);
    return text;
}

bool is_printable_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

core::Unexpected refused(std::string_view why) {
    return unexpected(ErrorCode::usage, "not a URL to use: " + std::string(why));
}

std::optional<UrlScheme> scheme_of(const std::string& name) {
    if (name == "https") return UrlScheme::https;
    if (name == "http") return UrlScheme::http;
    return std::nullopt;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string Url::origin() const {
    const bool secure = scheme == UrlScheme::https;
    std::string text = (secure ? "https://" : "http://") + host;
    if (port != (secure ? 443 : 80)) text += ":" + std::to_string(port);
    return text;
}

Result<Url> parse_url(std::string_view text) {
    if (text.size() > 2048) return refused("it is too long");
    if (!is_printable_ascii(text)) return refused("it has characters that no URL has");
    if (text.find('\\') != std::string_view::npos) return refused("it has a backslash");
    const UrlHandle handle = new_handle();
    const std::string copy(text);
    if (curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
        return refused("it cannot be parsed");
    }
    // libcurl takes one slash, or three, for two.
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !text.substr(colon).starts_with("://") ||
        text.substr(colon + 3).starts_with('/')) {
        return refused("it is not absolute");
    }
    auto scheme = scheme_of(part_of(*handle, CURLUPART_SCHEME));
    if (SPAREKEY_LEFT_OUT("fetch-scheme") && !scheme) scheme = UrlScheme::http;
    if (!scheme) return refused("its scheme is neither https nor http");
    if (text.find('#') != std::string_view::npos) return refused("it has a fragment");
    Url url;
    url.scheme = *scheme;
    url.host = part_of(*handle, CURLUPART_HOST);
    if (url.host.empty()) return refused("it has no host");
    std::transform(url.host.begin(), url.host.end(), url.host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    url.port = static_cast<std::uint16_t>(
        std::stoul(part_of(*handle, CURLUPART_PORT, CURLU_DEFAULT_PORT)));
    url.path = part_of(*handle, CURLUPART_PATH);
    url.query = part_of(*handle, CURLUPART_QUERY);
    return url;
}

Result<std::string> resolve_url(std::string_view base, std::string_view reference) {
    if (!is_printable_ascii(reference)) return refused("it has characters that no URL has");
    const UrlHandle handle = new_handle();
    if (curl_url_set(handle.get(), CURLUPART_URL, std::string(base).c_str(), 0) != CURLUE_OK ||
        curl_url_set(handle.get(), CURLUPART_URL, std::string(reference).c_str(), 0) != CURLUE_OK) {
        return refused("it cannot be parsed");
    }
    return part_of(*handle, CURLUPART_URL);
}

bool names_loopback(const Url& url) {
    return url.host == "localhost" || url.host == "[::1]" ||
           (url.host.starts_with("127.") &&
            std::all_of(url.host.begin(), url.host.end(),
                        [](char c) { return c == '.' || (c >= '0' && c <= '9'); }));
}

std::string percent_encoded(std::string_view text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return encoded;
}

std::string with_query(std::string_view url,
                       const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::string text(url);
    char separator = text.find('?') == std::string::npos ? '?' : '&';
    for (const auto& [name, value] : parameters) {
        text += separator + percent_encoded(name) + "=" + percent_encoded(value);
        separator = '&';
    }
    return text;
}

}  // namespace sparekey::sync
