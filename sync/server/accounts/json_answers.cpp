#include "sync/server/accounts/json_answers.h"

#include "core/text/unicode.h"
#include "sync/server/accounts/enrolments.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdio>

namespace sparekey::sync {

Response json_answer(const boost::json::value& body, unsigned status) {
    Response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = boost::json::serialize(body);
    return response;
}

std::optional<boost::json::object> json_body(const Request& request) {
    const auto type = request.header("content-type").value_or("");
    if (!type.starts_with("application/json") || !core::is_utf8(request.body)) return std::nullopt;
    boost::json::parse_options options;
    options.max_depth = 8;
    boost::system::error_code failure;
    const auto value = boost::json::parse(request.body, failure, {}, options);
    return !failure && value.is_object() ? std::optional(value.get_object()) : std::nullopt;
}

std::optional<std::string> text_member(const boost::json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

boost::json::object identity_json(const std::vector<ProviderFacts>& providers,
                                  const Identity& identity) {
    return {{"id", identity_name(providers, identity.provider, identity.key)},
            {"provider", identity.provider},
            {"display", identity.display},
            {"linked", time_text(identity.linked_ms)},
            {"last_login", time_text(identity.last_login_ms)}};
}

std::string time_text(std::uint64_t ms) {
    namespace chrono = std::chrono;
    const chrono::sys_seconds at{chrono::seconds(ms / 1000)};
    const auto day = chrono::floor<chrono::days>(at);
    const chrono::year_month_day date(day);
    const chrono::hh_mm_ss time(at - day);
    char text[48];
    std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02dZ", int(date.year()),
                  unsigned(date.month()), unsigned(date.day()), int(time.hours().count()),
                  int(time.minutes().count()), int(time.seconds().count()));
    return text;
}

boost::json::object audit_json(const AuditLine& line) {
    boost::system::error_code failure;
    auto detail = boost::json::parse(line.entry.detail, failure);
    if (failure) detail = line.entry.detail;
    return {{"n", line.n},
            {"at", time_text(line.entry.at_ms)},
            {"at_ms", line.entry.at_ms},
            {"action", line.entry.action},
            {"actor", line.entry.actor},
            {"address", line.entry.address},
            {"detail", std::move(detail)},
            {"detail_text", line.entry.detail},
            {"previous", core::to_hex(line.previous)},
            {"hash", core::to_hex(line.hash)}};
}

}  // namespace sparekey::sync
