#include "core/base/mutant.h"
#include "tests/support/account_server.h"

#include <catch2/catch_test_macros.hpp>

#include <thread>

namespace sparekey::tests {
namespace {

struct DeviceLogin {
    std::string device_code;
    std::string user_code;
};

sync::Parameters device_request(const std::string& name = "laptop") {
    return {{"client_id", "sparekey-cli"}, {"device_name", name}};
}

DeviceLogin begin(AccountServer& server) {
    const auto answer = server.post_form("/oauth/device_authorization", device_request());
    REQUIRE(answer.status == 200);
    return {json_text(answer, "device_code"), json_text(answer, "user_code")};
}

sync::Response poll(AccountServer& server, const std::string& code) {
    return server.post_form("/oauth/token",
                            {{"client_id", "sparekey-cli"},
                             {"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                             {"device_code", code}});
}

sync::Response answer_page(Browser& browser, const std::string& answer) {
    return browser.submit("/login/confirm", {{"token", browser.form_token()}, {"answer", answer}});
}

}  // namespace

TEST_CASE("a device gets its codes as RFC 8628 section 3.2 says", "[sync][oauth]") {
    AccountServer server;
    const auto answer = server.post_form("/oauth/device_authorization", device_request());
    REQUIRE(answer.status == 200);
    CHECK(header_of(answer, "cache-control") == "no-store");
    CHECK(json_text(answer, "verification_uri") == server.settings.origin + "/device");
    CHECK(json_text(answer, "verification_uri_complete") ==
          server.settings.origin + "/device?user_code=" + json_text(answer, "user_code"));
    CHECK(json_text(answer, "expires_in") == "600");
    CHECK(json_text(answer, "interval") == "5");
    CHECK(json_text(answer, "user_code").size() == 9);
}

TEST_CASE("a device that asks too early is slowed down, and waits longer from then on",
          "[sync][oauth][mutant:slow-down]") {
    AccountServer server;
    const DeviceLogin login = begin(server);
    CHECK(json_text(poll(server, login.device_code), "error") == "authorization_pending");
    CHECK(json_text(poll(server, login.device_code), "error") == "slow_down");
    server.clock.pass(6'000);  // enough at first, not any more
    CHECK(json_text(poll(server, login.device_code), "error") == "slow_down");
    server.clock.pass(16'000);
    CHECK(json_text(poll(server, login.device_code), "error") == "authorization_pending");
}

TEST_CASE("a confirmed login gives the device one token for its enrolment", "[sync][oauth]") {
    AccountServer server;
    const DeviceLogin login = begin(server);
    Browser browser(server);
    REQUIRE(browser.log_in("/device?user_code=" + login.user_code, "alice").status == 200);
    CHECK(browser.page.find("laptop") != std::string::npos);
    CHECK(browser.page.find("192.0.2.7") != std::string::npos);
    CHECK(browser.page.find(login.user_code) != std::string::npos);
    CHECK(answer_page(browser, "approve").status == 200);

    const auto token = poll(server, login.device_code);
    REQUIRE(token.status == 200);
    CHECK(json_text(token, "scope") == "enrolment");
    CHECK(json_text(token, "token_type") == "Bearer");
    const auto enrolment = server.get("/api/v1/enrolment", json_text(token, "access_token"));
    CHECK(json_text(enrolment, "account") == "null");
    CHECK(json_text(enrolment, "may_create") == "true");
    CHECK(enrolment.body.find("alice@example.org") != std::string::npos);
    CHECK(json_text(poll(server, login.device_code), "error") == "invalid_grant");
}

TEST_CASE("a login that the person refuses is denied to the device", "[sync][oauth]") {
    AccountServer server;
    const DeviceLogin login = begin(server);
    Browser browser(server);
    browser.log_in("/device?user_code=" + login.user_code, "alice");
    CHECK(answer_page(browser, "deny").status == 403);
    CHECK(json_text(poll(server, login.device_code), "error") == "access_denied");
}

TEST_CASE(
    "a login that fails a check at the provider is denied, and does not count against the address",
    "[sync][oauth]") {
    AccountServer server;
    const DeviceLogin login = begin(server);
    Browser browser(server);
    const auto answer = browser.log_in("/device?user_code=" + login.user_code, "refuse");
    CHECK(answer.status == 403);
    CHECK(answer.attempt == sync::Attempt::forgiven);
    CHECK(json_text(poll(server, login.device_code), "error") == "access_denied");
}

TEST_CASE("a provider that is down leaves the device waiting", "[sync][oauth]") {
    AccountServer server;
    const DeviceLogin login = begin(server);
    Browser browser(server);
    CHECK(browser.log_in("/device?user_code=" + login.user_code, "away").status == 503);
    CHECK(json_text(poll(server, login.device_code), "error") == "authorization_pending");
}

TEST_CASE("an expired code is told as such, and cannot be confirmed",
          "[sync][oauth][mutant:device-code-expiry]") {
    AccountServer server;
    server.settings.device_code_ms = 60'000;
    const DeviceLogin login = begin(server);
    Browser browser(server);
    REQUIRE(browser.log_in("/device?user_code=" + login.user_code, "alice").status == 200);
    server.clock.pass(61'000);
    CHECK(answer_page(browser, "approve").status == 400);
    CHECK(json_text(poll(server, login.device_code), "error") == "expired_token");
}

TEST_CASE("a user code is read as people type it", "[sync][oauth]") {
    AccountServer server;
    const DeviceLogin login = begin(server);
    std::string typed;
    for (const char c : login.user_code) {
        if (c != '-') typed += static_cast<char>(c - 'A' + 'a');
    }
    Browser browser(server);
    CHECK(browser.submit("/device", {{"user_code", " " + typed}}).status == 200);
    CHECK(browser.page.find("data-provider=\"corp\"") != std::string::npos);
    CHECK(browser.submit("/device", {{"user_code", "AAAA-AAAA"}}).status == 403);
}

TEST_CASE("of many answers to one code only one counts", "[sync][oauth]") {
    AccountServer server;
    const DeviceLogin login = begin(server);
    Browser first(server);
    Browser second(server);
    first.log_in("/device?user_code=" + login.user_code, "alice");
    second.log_in("/device?user_code=" + login.user_code, "mallory");
    CHECK(answer_page(first, "approve").status == 200);
    CHECK(answer_page(second, "approve").status == 400);
    const auto token = poll(server, login.device_code);
    const auto enrolment = server.get("/api/v1/enrolment", json_text(token, "access_token"));
    CHECK(enrolment.body.find("alice") != std::string::npos);
}

TEST_CASE("a foreign client, a body that is no form and a repeated parameter are refused",
          "[sync][oauth]") {
    AccountServer server;
    CHECK(server.post_form("/oauth/device_authorization", {{"client_id", "other"}}).status == 401);
    CHECK(server.post_json("/oauth/device_authorization", "{}").status == 400);
    sync::Request twice;
    twice.method = sync::Method::post;
    twice.path = "/oauth/device_authorization";
    twice.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    twice.body = "client_id=sparekey-cli&client_id=sparekey-cli";
    CHECK(server.send(twice).status == 400);
    auto request = device_request(std::string(65, 'x'));
    CHECK(server.post_form("/oauth/device_authorization", request).status == 400);
    request = device_request();
    request["device_key"] = "short";
    CHECK(server.post_form("/oauth/device_authorization", request).status == 400);
}

}  // namespace sparekey::tests
