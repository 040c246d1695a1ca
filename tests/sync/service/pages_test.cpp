// Every page of the real server in a real browser, by keyboard, in light and in dark.
#include "core/crypto/hash.h"
#include "sync/protocol/routes.h"
#include "sync/server/store/open.h"
#include "tests/support/login_provider.h"
#include "tests/sync/service/member.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

namespace sparekey::tests {
namespace {

/// With a second login, so that one can be unlinked.
Member found(const RunningServer& server) {
    auto store = sync::open_store("sqlite:" + server.store_path(), sync::Use::server);
    if (!store) throw std::runtime_error(store.error().message);
    Member member(**store, server, 1);
    const auto linked = (*store)->link(
        member.vault(), {{"https://github.com", "4711"}, "github", "alice", 1'764'000'000'000, 0},
        {member.vault(), 1'764'000'000'000, "link", "github:4711", "192.0.2.7", "{}"});
    REQUIRE(linked);
    return member;
}

std::string begin_device_login(const RunningServer& server, const std::string& name) {
    const auto codes = server.post_form("/oauth/device_authorization",
                                        "client_id=sparekey-cli&device_name=" + name);
    REQUIRE(codes.status == 200);
    return codes.body;
}

std::string paste_login(const RunningServer& server) {
    const std::string challenge = core::to_base64url(
        core::sha256(core::bytes_of("a verifier of 43 characters or more, 256 bits")));
    return server.origin() +
           "/oauth/authorize?response_type=code&client_id=sparekey-cli&device_name=desk&"
           "redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob&code_challenge_method=S256&"
           "code_challenge=" +
           challenge;
}

}  // namespace

TEST_CASE(
    "every page works by keyboard, tells its names and roles, and can be read in light and dark",
    "[sync][service][browser][pages]") {
    RunningServer server;
    const LoginProvider provider("oidc", {server.origin() + "/login/callback/corp"});
    server.configure(provider_lines(provider.origin()));
    Member member = found(server);
    server.start();
    const std::string token = member.ask_token(server);
    const auto link = server.try_post(std::string(sync::path::kAccountLink),
                                      std::string(sync::kJsonType), "{}", token);
    REQUIRE(link);
    REQUIRE(link->status == 200);
    const std::string given =
        R"({"origin":")" + server.origin() + R"(","link":")" + json_text(link->body, "url") +
        R"(","code":")" + json_text(begin_device_login(server, "laptop"), "user_code") +
        R"(","deny":")" +
        json_text(begin_device_login(server, "phone"), "verification_uri_complete") +
        R"(","paste":")" + paste_login(server) + R"(","invitation":")" + server.invite() + R"("})";
    std::filesystem::create_directories(SPAREKEY_PICTURES);
    const Outcome outcome = server.home().run_program(
        SPAREKEY_NODE_FOLDER "/bin/node",
        {SPAREKEY_PAGES_SCRIPT, SPAREKEY_NODE_FOLDER, SPAREKEY_PICTURES, given});
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    INFO(outcome.out);
    CHECK(has(outcome.out, "\"complaints\":[]"));
    for (const char* page : {"account-closed", "account", "account-unlinked", "login-not-begun",
                             "code", "code-unknown", "choice", "confirmation", "confirmation-wrong",
                             "done", "refused", "paste"}) {
        INFO(page);
        CHECK(has(outcome.out, "\"" + std::string(page) + "\""));
    }
    CHECK(server.stop() == 0);
}

}  // namespace sparekey::tests
