#include "core/crypto/hash.h"
#include "sync/server/accounts/sessions.h"
#include "sync/server/pages/trouble_page.h"
#include "tests/support/account_server.h"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

struct Owner {
    sync::AccountId account;
    core::DeviceId device;
    std::string token;
};

Owner make_owner(AccountServer& server, const std::string& subject) {
    const auto account = server.make_account(subject);
    const auto device = server.store().devices(account).at(0).id;
    return {account, device, sync::issue_access_token(server.services(), account, device)};
}

sync::Response unlink(AccountServer& server, const Owner& owner, const std::string& subject) {
    return server.post_json("/api/v1/identities/unlink",
                            R"({"id":"oidc:https://id.example#)" + subject + R"("})", owner.token);
}

/// Logs in with `link` and says yes; what the device then sees of its enrolment.
sync::Response log_in_to_link(AccountServer& server, const std::string& link,
                              const std::string& person) {
    const auto codes = server.post_form("/oauth/device_authorization",
                                        {{"client_id", "sparekey-cli"}, {"link", link}});
    Browser browser(server);
    browser.log_in("/device?user_code=" + json_text(codes, "user_code"), person);
    browser.submit("/login/confirm", {{"token", browser.form_token()}, {"answer", "approve"}});
    const auto token = server.post_form(
        "/oauth/token", {{"client_id", "sparekey-cli"},
                         {"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                         {"device_code", json_text(codes, "device_code")}});
    return server.get("/api/v1/enrolment", json_text(token, "access_token"));
}

std::string link_handle(AccountServer& server, const Owner& owner) {
    return json_text(server.post_json("/api/v1/identities", "{}", owner.token), "link");
}

}  // namespace

TEST_CASE("a member sees its account, and only its own", "[sync][accounts]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    const Owner bob = make_owner(server, "bob");
    const auto answer = server.get("/api/v1/account", alice.token);
    REQUIRE(answer.status == 200);
    CHECK(json_text(answer, "account") == alice.account.text());
    CHECK(answer.body.find("bob") == std::string::npos);
    CHECK(json_text(server.get("/api/v1/account", bob.token), "account") == bob.account.text());
}

TEST_CASE("a second login is linked after a fresh login, once", "[sync][accounts]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    const std::string link = link_handle(server, alice);
    CHECK(json_text(log_in_to_link(server, link, "alice2"), "link") == "done");
    CHECK(server.store().identities(alice.account).size() == 2);
    CHECK(json_text(log_in_to_link(server, link, "alice3"), "link") == "none");
    CHECK(server.store().identities(alice.account).size() == 2);
    CHECK(server.store().account_of({"https://id.example", "alice2"}) == alice.account);
}

TEST_CASE("a login that belongs to another account is not linked", "[sync][accounts]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    const Owner bob = make_owner(server, "bob");
    CHECK(json_text(log_in_to_link(server, link_handle(server, alice), "bob"), "link") == "taken");
    CHECK(server.store().account_of({"https://id.example", "bob"}) == bob.account);
    CHECK(server.store().identities(alice.account).size() == 1);
}

TEST_CASE("the last login of an account stays", "[sync][accounts]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    CHECK(unlink(server, alice, "alice").status == 409);
    log_in_to_link(server, link_handle(server, alice), "alice2");
    CHECK(unlink(server, alice, "nobody").status == 404);
    CHECK(unlink(server, alice, "alice").status == 200);
    CHECK(unlink(server, alice, "alice2").status == 409);
    CHECK_FALSE(server.store().account_of({"https://id.example", "alice"}));
}

TEST_CASE("the account page opens by a one-time link and not by a login", "[sync][pages]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    Browser stranger(server);
    CHECK(stranger.open("/account").status == 401);
    const std::string url =
        json_text(server.post_json("/api/v1/account/link", "{}", alice.token), "url");
    REQUIRE(url.starts_with(server.settings.origin + "/account?link="));
    const std::string path = url.substr(server.settings.origin.size());
    Browser browser(server);
    CHECK(browser.open(path).status == 200);
    CHECK(browser.page.find(alice.account.text()) != std::string::npos);
    CHECK(browser.open("/account").status == 200);
    CHECK(stranger.open(path).status == 401);  // used
    CHECK(browser.submit("/account/close", {{"token", browser.form_token()}}).status == 401);
    server.clock.pass(61'000);
}

TEST_CASE("a link to the account page is good for a minute", "[sync][pages]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    const std::string url =
        json_text(server.post_json("/api/v1/account/link", "{}", alice.token), "url");
    server.clock.pass(61'000);
    Browser browser(server);
    CHECK(browser.open(url.substr(server.settings.origin.size())).status == 401);
}

TEST_CASE("pages without a session, or with one that expired, are no failed attempts",
          "[sync][pages][limiter]") {
    AccountServer server(20'000, 2);
    const Owner alice = make_owner(server, "alice");
    const auto link = [&] {
        const std::string url =
            json_text(server.post_json("/api/v1/account/link", "{}", alice.token), "url");
        return url.substr(server.settings.origin.size());
    };
    Browser nobody(server), owner(server);
    for (int i = 0; i < 5; ++i) {
        CHECK(nobody.open("/account").status == 401);
        CHECK(server.post_json("/api/v1/enrolment/open", "{}").status == 401);
        CHECK(server.post_form("/oauth/token", {{"client_id", "another"}}).status == 401);
        CHECK(nobody.submit("/device", {{"user_code", " "}}).status == 403);
    }
    const std::string late = link();
    REQUIRE(owner.open(link()).status == 200);
    server.clock.pass(900'001);
    for (int i = 0; i < 5; ++i) CHECK(owner.open("/account").status == 401);
    for (int i = 0; i < 5; ++i) CHECK(nobody.open(late).status == 401);
    // A session that never was is a guess.
    nobody.cookies["sparekey-account"] = "guess";
    for (int i = 0; i < 3; ++i) CHECK(nobody.open("/account").status == 401);
    CHECK(nobody.open("/account").status == 429);
}

TEST_CASE(
    "a good page session goes on while its address has to wait, and guesses nothing meanwhile",
    "[sync][pages][limiter]") {
    AccountServer server(20'000, 2);
    const Owner alice = make_owner(server, "alice");
    const std::string url =
        json_text(server.post_json("/api/v1/account/link", "{}", alice.token), "url");
    Browser owner(server), guesser(server);
    REQUIRE(owner.open(url.substr(server.settings.origin.size())).status == 200);
    for (int i = 0; i < 3; ++i) CHECK(guesser.open("/account?link=guess").status == 401);
    CHECK(guesser.open("/account?link=guess").status == 429);
    CHECK(guesser.open("/account").status == 429);
    CHECK(server.get("/api/v1/account", alice.token).status == 200);
    CHECK(owner.open("/account").status == 200);
    CHECK(owner.open("/account?link=guess").status == 429);
    // Whoever guesses at the form's token is held up from then on.
    CHECK(owner.submit("/account/close", {{"token", "guess"}}).status == 401);
    CHECK(owner.open("/account").status == 429);
}

TEST_CASE("a page that does not open says so in HTML, the API and OAuth say it to programs",
          "[sync][pages]") {
    AccountServer server(20'000, 0);
    const auto is_html = [](const sync::Response& response) {
        return response.content_type.starts_with("text/html") &&
               !header_of(response, "content-security-policy").empty() &&
               response.body.find("<h1>") != std::string::npos;
    };
    for (const char* path : {"/", "/account/none", "/login/none"}) {
        const auto missing = server.get(path);
        CHECK(missing.status == 404);
        CHECK(is_html(missing));
    }
    const auto refused = server.post_form("/oauth/authorize", {});
    CHECK(refused.status == 405);
    CHECK(is_html(refused));
    CHECK(header_of(refused, "allow") == "GET, HEAD");
    CHECK(is_html(server.post_form("/device", {{"user_code", std::string(17'000, 'x')}})));

    const auto api = server.get("/api/v1/none");
    CHECK(api.content_type == "application/problem+json");
    const auto oauth = server.get("/oauth/token");
    CHECK(oauth.status == 405);
    CHECK(oauth.content_type == "application/json");
    CHECK(json_text(oauth, "error") == "invalid_request");
    CHECK(header_of(oauth, "allow") == "POST");
    for (const char* path :
         {"/livez", "/version", "/.well-known/none", "/oauth/revoke", "/none", "/accounts"}) {
        CHECK_FALSE(sync::is_page(path));
    }

    CHECK(server.get("/device?user_code=guess").status == 403);
    const auto waits = server.get("/device?user_code=guess");
    CHECK(waits.status == 429);
    CHECK(is_html(waits));
    CHECK(waits.body.find("Too many attempts; try again in 1 second.") != std::string::npos);
    CHECK(header_of(waits, "retry-after") == "1");
    const auto failed = sync::page_or_words("/account", {500, "failed", "why"});
    CHECK(failed.status == 500);
    CHECK(is_html(failed));
    CHECK(failed.body.find("why") == std::string::npos);
}

TEST_CASE("every login, refusal and link is in the account's log, chained", "[sync][accounts]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    log_in_to_link(server, link_handle(server, alice), "alice2");
    const auto answer = server.get("/api/v1/audit", alice.token);
    REQUIRE(answer.status == 200);
    CHECK(answer.body.find("\"action\":\"push\"") != std::string::npos);
    CHECK(answer.body.find("\"action\":\"link\"") != std::string::npos);
    const auto head = server.store().audit_head(alice.account);
    CHECK(head.n == 2);
    CHECK(answer.body.find(core::to_hex(head.hash)) != std::string::npos);
}

TEST_CASE("a revoked token is dead at once, and nobody learns whether there was one",
          "[sync][oauth]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    CHECK(server.post_form("/oauth/revoke", {{"token", alice.token}}).status == 200);
    CHECK(server.get("/api/v1/account", alice.token).status == 401);
    CHECK(server.post_form("/oauth/revoke", {{"token", "never was"}}).status == 200);
}

TEST_CASE("every route refuses everybody else with one and the same answer", "[sync][matrix]") {
    AccountServer server;
    const std::string expired = make_owner(server, "bob").token;
    server.clock.pass(sync::kAccessTokenMs + 1);
    const Owner alice = make_owner(server, "alice");
    const Owner revoked = make_owner(server, "carol");
    server.store().remove_tickets_of(revoked.account, revoked.device,
                                     sync::TicketKind::access_token);
    sync::EnrolmentState pending;
    pending.id = "x";
    pending.account = alice.account.text();
    const std::string enrolment = sync::issue_enrolment(server.services(), pending);
    for (const sync::Route& route : server.router().table()) {
        const std::string& actor = route.facts.actor;
        if (!actor.starts_with("member") && actor != "enrolment") continue;
        std::vector<std::string> strangers{"", "nonsense", expired, revoked.token};
        if (actor == "member") strangers.push_back(enrolment);
        if (actor == "enrolment") strangers.push_back(alice.token);
        for (const std::string& token : strangers) {
            sync::Request request;
            request.method = route.facts.method;
            request.path = route.facts.pattern;
            request.headers = {{"authorization", "Bearer " + token},
                               {"content-type", "application/json"}};
            if (route.facts.most_body > 0) request.body = "{}";
            const auto answer = server.send(request);
            INFO(route.facts.pattern << " with " << token);
            CHECK(answer.status == 401);
            CHECK(answer.body == sync::unauthorized().body);
        }
    }
}

TEST_CASE("an enrolment alone sees itself and nothing of the account", "[sync][accounts]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    sync::LoginWish wish;
    wish.device.name = "phone";
    const auto state = sync::confirm_enrolment(
        server.services(), wish, {"https://id.example", "alice", "corp", "alice", "", {}});
    const std::string token = sync::issue_enrolment(server.services(), state);
    CHECK(json_text(server.get("/api/v1/enrolment", token), "account") == alice.account.text());
    for (const char* path : {"/api/v1/account", "/api/v1/audit", "/api/v1/commits",
                             "/api/v1/snapshot", "/api/v1/events", "/api/v1/approvals"}) {
        INFO(path);
        CHECK(server.get(path, token).status == 401);
    }
}

TEST_CASE("recovery answers alike for an account that does not exist", "[sync][accounts]") {
    AccountServer server;
    const Owner alice = make_owner(server, "alice");
    const std::string key = core::to_base64url(core::sha256(core::bytes_of("key")));
    const auto ask = [&](const std::string& account) {
        return server.post_json("/api/v1/recovery", R"({"account":")" + account +
                                                        R"(","device_name":"x","device_key":")" +
                                                        key + R"(","receiving_key":")" + key +
                                                        R"("})");
    };
    const auto known = ask(alice.account.text());
    const auto unknown = ask(core::VaultId::random(server.random).text());
    CHECK(known.status == 200);
    CHECK(unknown.status == 200);
    CHECK(known.body.size() == unknown.body.size());
    CHECK(ask("nonsense").status == 400);
}

}  // namespace sparekey::tests
