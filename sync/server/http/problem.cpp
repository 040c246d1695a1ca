#include "sync/server/http/problem.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace sparekey::sync {

namespace json = boost::json;

namespace {

Response later(Response response, unsigned seconds) {
    response.headers.push_back({"retry-after", std::to_string(std::max(seconds, 1U))});
    return response;
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

Response slow_down(std::string_view path, unsigned seconds) {
    constexpr std::string_view kCode = "slow_down";
    constexpr std::string_view kDetail = "too many requests; wait as Retry-After says";
    if (path.starts_with("/oauth/")) return later(oauth_error(429, kCode, kDetail), seconds);
    return problem_later(429, kCode, kDetail, seconds);
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
