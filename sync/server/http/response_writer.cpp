#include "sync/server/http/response_writer.h"

#include "core/base/mutant.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace sparekey::sync {
namespace {

struct Default {
    std::string_view name;
    std::string_view value;
};

constexpr std::array<Default, 5> kDefaults = {
    {{"cache-control", "no-store"},
     {"x-content-type-options", "nosniff"},
     {"referrer-policy", "no-referrer"},
     {"content-security-policy", "default-src 'none'; frame-ancestors 'none'"},
     {"cross-origin-resource-policy", "same-origin"}}};
constexpr Default kHttpsOnly = {"strict-transport-security", "max-age=63072000"};

bool has(const Response& response, std::string_view name) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const Header& header) { return header.name == name; });
}

bool is_sound(const Response& response) {
    if (SPAREKEY_LEFT_OUT("response-lines")) return true;
    return !has_control(response.content_type) &&
           std::none_of(response.headers.begin(), response.headers.end(), [](const Header& header) {
               return header.name.empty() || has_control(header.name) || has_control(header.value);
           });
}

void append(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string http_date(std::uint64_t now_ms) {
    const auto seconds = static_cast<std::time_t>(now_ms / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 64> text{};
    const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %d %02d:%02d:%02d GMT",
                                   kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                                   kMonths[static_cast<std::size_t>(parts.tm_mon)],
                                   parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return std::string(text.data(), static_cast<std::size_t>(size));
}

core::Result<std::string> response_head(const Response& response, std::string_view id,
                                        std::uint64_t now_ms, Connection connection,
                                        const DefaultHeaders& defaults) {
    if (!is_sound(response)) {
        return core::unexpected(core::ErrorCode::failed, "a header would break the message");
    }
    std::string head;
    head.reserve(512);
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(status_reason(response.status)).append("\r\n");
    append(head, "date", http_date(now_ms));
    append(head, "x-request-id", id);
    for (const auto& [name, value] : kDefaults) {
        if (!has(response, name)) append(head, name, value);
    }
    if (defaults.https_only && !has(response, kHttpsOnly.name)) {
        append(head, kHttpsOnly.name, kHttpsOnly.value);
    }
    for (const auto& header : response.headers) append(head, header.name, header.value);
    if (!response.content_type.empty()) append(head, "content-type", response.content_type);
    if (!response.events && response.status != 204 && response.status != 304) {
        append(head, "content-length", std::to_string(response.body.size()));
    }
    if (connection == Connection::closes) append(head, "connection", "close");
    head.append("\r\n");
    return head;
}

}  // namespace sparekey::sync
