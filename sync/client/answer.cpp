#include "sync/client/answer.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"
#include "sync/protocol/routes.h"

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::unexpected;

constexpr std::size_t kLongestSaid = 200;  // bytes

/// "application/json; charset=utf-8" is application/json.
bool has_type(const FetchResponse& response, std::string_view type) {
    const auto given = response.header("content-type");
    return given && (*given == type || given->starts_with(std::string(type) + ";"));
}

std::string with_reason(std::string message, const FetchResponse& response) {
    const std::string said = said_by(response);
    return said.empty() ? message : message + ": " + said;
}

bool is_success(const FetchResponse& response) {
    return response.status >= 200 && response.status < 300;
}

}  // namespace

core::Unexpected nonsense(const std::string& origin, std::string_view what) {
    return unexpected(ErrorCode::offline, origin + " answers " + std::string(what),
                      "see whether that is the address of a Sparekey server; what is here stays "
                      "usable");
}

std::string said_by(const FetchResponse& response) {
    const auto body = Json::parse_object(response.body);
    if (!body) return {};
    const std::string* said = body->find_text("detail");
    if (said == nullptr) said = body->find_text("error_description");
    if (said == nullptr) return {};
    // A character that is cut in two becomes an escape, like everything else that is not text.
    const std::string cut = said->substr(0, kLongestSaid);
    return SPAREKEY_LEFT_OUT("server-text") ? cut : core::printable(cut);
}

core::Unexpected failure(const std::string& origin, const FetchResponse& response) {
    switch (response.status) {
        case 401:
        case 403:
            return unexpected(ErrorCode::refused, with_reason(origin + " refuses", response),
                              "sparekey login " + origin + " signs in again");
        case 409:
            return unexpected(ErrorCode::conflict, with_reason(origin + " says no", response));
        case 507:
            return unexpected(ErrorCode::failed, "the account is full",
                              "remove what is no longer needed, or ask whoever runs the server");
        case 429:
        case 503:
            return unexpected(ErrorCode::offline, origin + " is busy", "try again in a minute");
        default:
            return nonsense(
                origin, with_reason("with status " + std::to_string(response.status), response));
    }
}

core::Result<core::ByteView> body_of(const std::string& origin, const FetchResponse& response,
                                     std::string_view type) {
    if (!is_success(response)) return failure(origin, response);
    if (!has_type(response, type) && !SPAREKEY_LEFT_OUT("answer-type")) {
        return nonsense(origin, "with something that is no answer of a Sparekey server");
    }
    return core::bytes_of(response.body);
}

core::Result<Json> object_of(const std::string& origin, const FetchResponse& response) {
    SPAREKEY_TRY(const core::ByteView body, body_of(origin, response, kJsonType));
    auto object = Json::parse_object(core::text_of(body));
    if (!object) return nonsense(origin, "with what is not JSON");
    return object;
}

}  // namespace sparekey::sync
