#include "sync/server/http/problem.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace sparekey::sync {

namespace json = boost::json;

namespace {

Response later(Response response, unsigned seconds) {
    response.headers.push_back({"retry-after", std::to_string(std::max(seconds, 1U))});
    return response;
}

/// RFC 6749 section 5.2 has no word for these; section 4.1.2.1 and RFC 8628 section 3.5 have.
std::string_view oauth_code(const Trouble& trouble) {
    if (trouble.status == 429) return trouble.code;
    if (trouble.status == 503) return "temporarily_unavailable";
    return trouble.status >= 500 ? "server_error" : "invalid_request";
}

}  // namespace

Response problem(unsigned status, std::string_view code, std::string_view detail) {
    json::object body;
    body["type"] = "about:blank";
    body["title"] = status_reason(status);
    body["status"] = status;
    body["code"] = code;
    body["detail"] = detail;
    Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.body = json::serialize(body);
    return response;
}

Response problem_later(unsigned status, std::string_view code, std::string_view detail,
                       unsigned seconds) {
    return later(problem(status, code, detail), seconds);
}

Response in_words_of(std::string_view path, const Trouble& trouble) {
    Response response = path.starts_with("/oauth/")
                            ? oauth_error(trouble.status, oauth_code(trouble), trouble.detail)
                            : problem(trouble.status, trouble.code, trouble.detail);
    return trouble.retry_after > 0 ? later(std::move(response), trouble.retry_after) : response;
}

Trouble too_many(unsigned seconds) {
    return {429, "slow_down", "too many requests; wait as Retry-After says", std::max(seconds, 1U)};
}

Response slow_down(std::string_view path, unsigned seconds) {
    return in_words_of(path, too_many(seconds));
}

Response oauth_error(unsigned status, std::string_view error, std::string_view description) {
    json::object body;
    body["error"] = error;
    body["error_description"] = description;
    Response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = json::serialize(body);
    response.headers.push_back({"cache-control", "no-store"});
    return response;
}

}  // namespace sparekey::sync
