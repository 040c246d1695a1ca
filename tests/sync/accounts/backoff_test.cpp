// Failed attempts by account, device and user code, from wherever they come: what exists and what
// does not have to wait alike.
#include "core/crypto/hash.h"
#include "core/model/key_slots.h"
#include "sync/protocol/assertion.h"
#include "sync/protocol/routes.h"
#include "tests/support/account_server.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

using namespace core;

constexpr int kFree = 5;  // Backoff::free_failures

sync::Response begin_recovery(AccountServer& server, const VaultId& account) {
    const std::string key = to_base64url(sha256(bytes_of("key")));
    return server.post_json("/api/v1/recovery", R"({"account":")" + account.text() +
                                                    R"(","device_name":"x","device_key":")" + key +
                                                    R"(","receiving_key":")" + key + R"("})");
}

/// With an opener that no account lists.
sync::Response open_wrongly(AccountServer& server, const std::string& token) {
    return server.post_json("/api/v1/enrolment/open",
                            R"({"opener":")" + to_base64url(server.random.bytes<32>()) +
                                R"(","signature":")" + to_base64url(server.random.bytes<64>()) +
                                R"("})",
                            token);
}

/// What a guesser at `account` is told, step by step.
std::vector<std::string> told(AccountServer& server, const VaultId& account) {
    const auto begun = begin_recovery(server, account);
    const std::string token = json_text(begun, "access_token");
    std::vector<std::string> answers{std::to_string(begun.status)};
    const auto note = [&](const sync::Response& response) {
        answers.push_back(std::to_string(response.status) + " " +
                          header_of(response, "retry-after") + " " + response.body);
    };
    for (int i = 0; i <= kFree + 1; ++i) note(open_wrongly(server, token));
    note(begin_recovery(server, account));
    server.clock.pass(1'000);
    note(open_wrongly(server, token));
    note(open_wrongly(server, token));
    return answers;
}

sync::Response enter_code(AccountServer& server, const std::string& code) {
    return server.get("/device?user_code=" + code);
}

}  // namespace

TEST_CASE("openings are slowed down by account, alike whether the account exists",
          "[sync][backoff][mutant:open-backoff]") {
    AccountServer server;
    const auto known = told(server, server.make_account("alice"));
    CHECK(known == told(server, VaultId::random(server.random)));
    CHECK(known.at(1).starts_with("403"));
    CHECK(known.at(kFree + 1).starts_with("403"));
    CHECK(known.at(kFree + 2).starts_with("429 1 "));
    CHECK(known.at(kFree + 4).starts_with("403"));
    CHECK(known.back().starts_with("429 2 "));
}

TEST_CASE("no new recovery is begun while an account's openings have to wait",
          "[sync][backoff][mutant:recovery-backoff]") {
    AccountServer server;
    const VaultId account = server.make_account("alice");
    const std::string token = json_text(begin_recovery(server, account), "access_token");
    for (int i = 0; i <= kFree; ++i) CHECK(open_wrongly(server, token).status == 403);
    CHECK(begin_recovery(server, account).status == 429);
    CHECK(begin_recovery(server, VaultId::random(server.random)).status == 200);
    server.clock.pass(1'000);
    CHECK(begin_recovery(server, account).status == 200);
}

TEST_CASE("assertions are slowed down by device, alike whether the device exists",
          "[sync][backoff]") {
    AccountServer server;
    const VaultId account = server.make_account("alice");
    const DeviceId known = server.store().devices(account).at(0).id;
    const SigningSeed stranger = SigningSeed::random(server.random);
    const auto ask = [&](const DeviceId& device) {
        return server.post_form(
            "/oauth/token",
            {{"grant_type", std::string(sync::kJwtBearerGrant)},
             {"assertion",
              sync::make_assertion(account, device, server.settings.origin, stranger.expose(),
                                   server.clock.now_ms(), server.random)}});
    };
    const DeviceId unknown = DeviceId::random(server.random);
    for (int i = 0; i <= kFree + 1; ++i) {
        const auto of_known = ask(known);
        const auto of_unknown = ask(unknown);
        CHECK(of_known.status == (i <= kFree ? 400U : 429U));
        CHECK(of_known.status == of_unknown.status);
        CHECK(of_known.body == of_unknown.body);
        CHECK(header_of(of_known, "retry-after") == header_of(of_unknown, "retry-after"));
    }
}

TEST_CASE("a user code that is tried again and again has to wait, another one not",
          "[sync][backoff][mutant:user-code-backoff]") {
    AccountServer server;
    for (int i = 0; i <= kFree; ++i) CHECK(enter_code(server, "BCDF-GHJK").status == 403);
    const auto waits = enter_code(server, "bcdfghjk");
    CHECK(waits.status == 429);
    CHECK(header_of(waits, "retry-after") == "1");
    CHECK(waits.body.find("id=\"user_code\"") != std::string::npos);
    CHECK(enter_code(server, "BCDF-GHJL").status == 403);
    server.clock.pass(1'000);
    CHECK(enter_code(server, "BCDF-GHJK").status == 403);
}

TEST_CASE("openings without an account share nobody's failures", "[sync][backoff]") {
    AccountServer server;
    const auto token_of = [&](const std::string& person) {
        Browser browser(server);
        const auto begun =
            server.post_form("/oauth/device_authorization",
                             {{"client_id", "sparekey-cli"}, {"device_name", "laptop"}});
        browser.log_in("/device?user_code=" + json_text(begun, "user_code"), person);
        browser.submit("/login/confirm", {{"token", browser.form_token()}, {"answer", "approve"}});
        return json_text(
            server.post_form("/oauth/token",
                             {{"client_id", "sparekey-cli"},
                              {"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                              {"device_code", json_text(begun, "device_code")}}),
            "access_token");
    };
    const std::string mallory = token_of("mallory");
    for (int i = 0; i <= 2 * kFree; ++i) CHECK(open_wrongly(server, mallory).status == 403);
    CHECK(open_wrongly(server, token_of("bob")).status == 403);
}

}  // namespace sparekey::tests
