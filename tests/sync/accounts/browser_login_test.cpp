#include "core/crypto/hash.h"
#include "sync/server/accounts/tickets.h"
#include "tests/support/account_server.h"

#include <catch2/catch_test_macros.hpp>

#include <cctype>

namespace sparekey::tests {
namespace {

constexpr std::string_view kVerifier = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJK";
constexpr std::string_view kRedirect = "http://127.0.0.1:45678/callback";

sync::Parameters authorization(std::string redirect = std::string(kRedirect)) {
    return {{"client_id", "sparekey-cli"},
            {"response_type", "code"},
            {"redirect_uri", std::move(redirect)},
            {"state", "xyz"},
            {"code_challenge", core::to_base64url(core::sha256(core::bytes_of(kVerifier)))},
            {"code_challenge_method", "S256"},
            {"device_name", "laptop"}};
}

std::string address(const sync::Parameters& parameters) {
    return sync::with_parameters("/oauth/authorize", parameters);
}

sync::Response approve(Browser& browser, sync::Parameters more = {}) {
    more["token"] = browser.form_token();
    more["answer"] = "approve";
    return browser.submit("/login/confirm", more);
}

sync::Parameters redirect_parameters(const sync::Response& response) {
    const std::string location = header_of(response, "location");
    const auto parameters = sync::parse_parameters(location.substr(location.find('?') + 1));
    REQUIRE(parameters);
    return *parameters;
}

sync::Response exchange(AccountServer& server, const std::string& code,
                        std::string_view verifier = kVerifier,
                        std::string_view redirect = kRedirect) {
    return server.post_form("/oauth/token", {{"client_id", "sparekey-cli"},
                                             {"grant_type", "authorization_code"},
                                             {"code", code},
                                             {"redirect_uri", std::string(redirect)},
                                             {"code_verifier", std::string(verifier)}});
}

std::string code_of_login(AccountServer& server) {
    Browser browser(server);
    browser.log_in(address(authorization()), "alice");
    return redirect_parameters(approve(browser)).at("code");
}

}  // namespace

TEST_CASE("a login by browser comes back with code, state and issuer", "[sync][oauth]") {
    AccountServer server;
    Browser browser(server);
    browser.log_in(address(authorization()), "alice");
    const auto answer = approve(browser);
    CHECK(answer.status == 303);
    CHECK(header_of(answer, "location").starts_with(kRedirect));
    const auto parameters = redirect_parameters(answer);
    CHECK(parameters.at("state") == "xyz");
    CHECK(parameters.at("iss") == server.settings.origin);
    CHECK(json_text(exchange(server, parameters.at("code")), "scope") == "enrolment");
}

TEST_CASE("an authorization code is good once, with its verifier and its address",
          "[sync][oauth][mutant:pkce-verifier]") {
    AccountServer server;
    CHECK(json_text(exchange(server, code_of_login(server), std::string(47, 'a')), "error") ==
          "invalid_grant");
    CHECK(json_text(exchange(server, code_of_login(server), kVerifier, "http://127.0.0.1:1/"),
                    "error") == "invalid_grant");
    const std::string code = code_of_login(server);
    CHECK(exchange(server, code).status == 200);
    CHECK(json_text(exchange(server, code), "error") == "invalid_grant");
}

TEST_CASE("a code that was tried with a wrong verifier is spent", "[sync][oauth]") {
    AccountServer server;
    const std::string code = code_of_login(server);
    CHECK(exchange(server, code, std::string(47, 'a')).status == 400);
    CHECK(exchange(server, code).status == 400);
}

TEST_CASE("an address that is not a loopback literal gets nothing, not even an error",
          "[sync][oauth][mutant:redirect-loopback]") {
    AccountServer server;
    for (const char* uri : {"https://evil.example/", "http://localhost:80/", "http://127.0.0.1/",
                            "http://127.0.0.2:1/", "http://127.0.0.1:1@evil.example/",
                            "http://127.0.0.1:70000/", "http://127.0.0.1:1/?x",
                            "http://127.0.0.1:1/#x", "http://[::2]:1/", "sparekey://x", ""}) {
        const auto answer = server.get(address(authorization(uri)));
        INFO(uri);
        CHECK(answer.status == 400);
        CHECK(header_of(answer, "location").empty());
    }
    CHECK(server.get(address(authorization("http://[::1]:1/"))).status == 303);
}

TEST_CASE("other mistakes are told to the client by its redirect", "[sync][oauth]") {
    AccountServer server;
    auto plain = authorization();
    plain["code_challenge_method"] = "plain";
    CHECK(redirect_parameters(server.get(address(plain))).at("error") == "invalid_request");
    auto none = authorization();
    none.erase("code_challenge");
    CHECK(redirect_parameters(server.get(address(none))).at("error") == "invalid_request");
    auto implicit = authorization();
    implicit["response_type"] = "token";
    CHECK(redirect_parameters(server.get(address(implicit))).at("error") ==
          "unsupported_response_type");
}

TEST_CASE("a provider's answer counts in the browser that asked, and forged ones use nothing up",
          "[sync][oauth][mutant:callback-browser]") {
    AccountServer server;
    Browser victim(server);
    victim.open(address(authorization()));
    const std::string location = header_of(victim.fetch("/login/provider/corp"), "location");
    const std::string callback =
        "/login/callback/corp?code=mallory&state=" + location.substr(location.find("state=") + 6);
    Browser attacker(server);
    attacker.open(address(authorization()));
    CHECK(attacker.fetch(callback).status == 400);
    for (int i = 0; i < 100; ++i) {
        CHECK(victim.fetch("/login/callback/corp?code=mallory&state=forged" + std::to_string(i))
                  .status == 400);
    }
    CHECK(victim.fetch(callback).status == 303);
    CHECK(victim.fetch(callback).status == 400);
}

TEST_CASE("an answer that a provider posts comes back for its cookie", "[sync][oauth]") {
    AccountServer server;
    Browser browser(server);
    browser.open(address(authorization()));
    const std::string location = header_of(browser.fetch("/login/provider/corp"), "location");
    const std::string state = location.substr(location.find("state=") + 6);
    Browser provider_site(server);  // posts without our cookie
    const auto posted =
        server.post_form("/login/callback/corp", {{"state", state}, {"code", "alice"}});
    REQUIRE(posted.status == 303);
    CHECK(browser.open(header_of(posted, "location")).status == 200);
    CHECK(browser.page.find("alice@example.org") != std::string::npos);
}

TEST_CASE("a form without its token, or from another site, changes nothing",
          "[sync][pages][mutant:form-token]") {
    AccountServer server;
    Browser browser(server);
    browser.log_in(address(authorization()), "alice");
    CHECK(browser.submit("/login/confirm", {{"token", std::string(43, 'x')}, {"answer", "approve"}})
              .status == 400);
    CHECK(approve(browser).status != 303);  // that page had no token
    browser.open("/login/confirm");
    CHECK(approve(browser).status == 303);
}

TEST_CASE("a policy decides who may sign up; a refused login leaves no account",
          "[sync][accounts][mutant:sign-up-list]") {
    AccountServer server;
    server.settings.sign_up.kind = sync::SignUpPolicy::Kind::list;
    REQUIRE(sync::add_entry(server.settings.sign_up, "domain:example.org"));
    REQUIRE(sync::add_entry(server.settings.sign_up, "subject:https://id.example#bob"));
    const auto status = [&](const std::string& person, const std::string& domain) {
        server.providers.email_domain = domain;
        Browser browser(server);
        return browser.log_in(address(authorization()), person).status;
    };
    CHECK(status("alice", "") == 403);
    CHECK(status("alice", "evil.example") == 403);
    CHECK(status("alice", "Example.ORG") == 200);
    CHECK(status("bob", "") == 200);
    server.settings.sign_up.kind = sync::SignUpPolicy::Kind::closed;
    CHECK(status("bob", "example.org") == 403);
    CHECK(server.store().accounts().empty());
}

TEST_CASE("an invitation is asked for when it is needed, and may be given with the login",
          "[sync][accounts]") {
    AccountServer server;
    server.settings.sign_up.kind = sync::SignUpPolicy::Kind::invite;
    server.store().add_invitation(
        {core::sha256(core::bytes_of("welcome")), 1, server.clock.now_ms() + 1000},
        {{}, server.clock.now_ms(), "invite", "admin", "", "{}"});
    Browser browser(server);
    browser.log_in(address(authorization()), "alice");
    CHECK(browser.page.find("id=\"invite\"") != std::string::npos);
    CHECK(approve(browser, {{"invite", "wrong"}}).status == 403);
    CHECK(browser.page.find("id=\"invite\"") != std::string::npos);
    CHECK(approve(browser, {{"invite", "welcome"}}).status == 303);

    auto invited = authorization();
    invited["invite"] = "welcome";
    Browser other(server);
    other.log_in(address(invited), "bob");
    CHECK(other.page.find("id=\"invite\"") == std::string::npos);
}

TEST_CASE("an invitation may be typed as on a phone, and none is asked for again",
          "[sync][accounts][pages]") {
    AccountServer server(20'000, 2);
    server.settings.sign_up.kind = sync::SignUpPolicy::Kind::invite;
    const std::string code = core::to_base32(server.random.bytes<sync::kInvitationBytes>());
    server.store().add_invitation({sync::ticket_key(code), 2, server.clock.now_ms() + 1000},
                                  {{}, server.clock.now_ms(), "invite", "admin", "", "{}"});
    std::string typed = " ";
    for (std::size_t i = 0; i < code.size(); ++i) {
        typed += static_cast<char>(std::toupper(static_cast<unsigned char>(code[i])));
        if (i % 4 == 3) typed += i % 8 == 3 ? "-" : " ";
    }
    Browser browser(server);
    browser.log_in(address(authorization()), "alice");
    for (const char* empty : {"", " ", "", ""}) {
        CHECK(approve(browser, {{"invite", empty}}).status == 403);
        CHECK(browser.page.find("This server wants an invitation") != std::string::npos);
        CHECK(browser.page.find("id=\"invite\"") != std::string::npos);
    }
    CHECK(approve(browser, {{"invite", typed.substr(0, 20)}}).status == 403);
    CHECK(browser.page.find("This invitation is not good") != std::string::npos);
    CHECK(approve(browser, {{"invite", typed}}).status == 303);

    auto invited = authorization();
    invited["invite"] = typed;
    Browser other(server);
    other.log_in(address(invited), "bob");
    CHECK(other.page.find("id=\"invite\"") == std::string::npos);
    CHECK(sync::normal_invitation(code) == code);
    CHECK(sync::normal_invitation(" welcome-1 ") == "welcome-1");
    CHECK(sync::normal_invitation(" ").empty());
}

TEST_CASE("names from outside cannot become markup or rearrange a page", "[sync][pages]") {
    AccountServer server;
    auto evil = authorization();
    evil["device_name"] = "<script>alert(1)</script>\"'\xe2\x80\xae";
    Browser browser(server);
    browser.log_in(address(evil), "<b>eve</b>");
    CHECK(browser.page.find("<script") == std::string::npos);
    CHECK(browser.page.find("<b>") == std::string::npos);
    CHECK(browser.page.find("\xe2\x80\xae") == std::string::npos);
    CHECK(browser.page.find("&lt;script&gt;") != std::string::npos);
}

TEST_CASE("pages run no script, load nothing and cannot be framed", "[sync][pages]") {
    AccountServer server;
    Browser browser(server);
    const auto page = browser.open(address(authorization()));
    const std::string policy = header_of(page, "content-security-policy");
    CHECK(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(header_of(page, "cache-control") == "no-store");
    CHECK(page.body.find("<script") == std::string::npos);
    CHECK(page.body.find("style=\"") == std::string::npos);
}

TEST_CASE("a code to carry over is shown where it was asked for", "[sync][oauth]") {
    AccountServer server;
    constexpr std::string_view kPaste = "urn:ietf:wg:oauth:2.0:oob";
    Browser browser(server);
    browser.log_in(address(authorization(std::string(kPaste))), "alice");
    REQUIRE(approve(browser).status == 200);
    const auto start = browser.page.find("id=\"paste-code\">");
    REQUIRE(start != std::string::npos);
    const std::string code = browser.page.substr(start + 16, 43);
    CHECK(exchange(server, code, kVerifier, kPaste).status == 200);
}

}  // namespace sparekey::tests
