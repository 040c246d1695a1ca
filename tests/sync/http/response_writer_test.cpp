#include "sync/server/http/response_writer.h"

#include "sync/server/http/problem.h"
#include "tests/support/program.h"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace sparekey;
using namespace sparekey::sync;
using sparekey::tests::has;

namespace {

std::string head_of(const Response& response, DefaultHeaders defaults = {}) {
    auto head = response_head(response, "id-1", 784111777000, Connection::stays, defaults);
    REQUIRE(head.has_value());
    return *head;
}

}  // namespace

TEST_CASE("every answer has the headers that guard a browser and a cache", "[sync][response]") {
    Response response;
    response.body = "hello";
    response.content_type = "text/plain";
    CHECK(head_of(response) ==
          "HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\nx-request-id: id-1\r\n"
          "cache-control: no-store\r\nx-content-type-options: nosniff\r\n"
          "referrer-policy: no-referrer\r\n"
          "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
          "cross-origin-resource-policy: same-origin\r\ncontent-type: text/plain\r\n"
          "content-length: 5\r\n\r\n");
    CHECK(has(head_of(response, {true}), "strict-transport-security: max-age="));
}

TEST_CASE("a response's own header replaces the default", "[sync][response]") {
    Response response;
    response.headers.push_back({"cache-control", "max-age=60"});
    const auto head = head_of(response);
    CHECK(has(head, "cache-control: max-age=60"));
    CHECK(!has(head, "no-store"));
    response.status = 204;
    CHECK(!has(head_of(response), "content-length"));
}

TEST_CASE("a header that would break the message is never sent",
          "[sync][response][mutant:response-lines]") {
    for (const auto* value : {"a\r\nset-cookie: b", "a\nb", "a\rb", "\x7f"}) {
        Response response;
        response.headers.push_back({"location", value});
        CHECK(!response_head(response, "", 0, Connection::stays, {}).has_value());
        Response typed;
        typed.content_type = value;
        CHECK(!response_head(typed, "", 0, Connection::stays, {}).has_value());
    }
}

TEST_CASE("an error is the JSON that its RFC asks for", "[sync][response]") {
    const Response later = problem_later(429, "slow_down", "wait \"a\" moment\n", 0);
    const auto body = boost::json::parse(later.body);
    CHECK(body.at("type") == "about:blank");
    CHECK(body.at("title") == "Too Many Requests");
    CHECK(body.at("status") == 429);
    CHECK(body.at("code") == "slow_down");
    CHECK(body.at("detail") == "wait \"a\" moment\n");
    CHECK(later.content_type == "application/problem+json");
    CHECK(has(head_of(later), "retry-after: 1\r\n"));
    const Response oauth = oauth_error(400, "invalid_grant", "gone");
    CHECK(boost::json::parse(oauth.body).at("error") == "invalid_grant");
    CHECK(oauth.content_type == "application/json");
}
