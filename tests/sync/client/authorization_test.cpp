// Logging in as a device, at an honest server and at one that is not.
#include "sync/client/authorization.h"

#include "sync/client/enrolment_connection.h"
#include "tests/support/chain_client.h"
#include "tests/support/person_at_server.h"
#include "tests/support/server_fetcher.h"

namespace sparekey::tests {
namespace {

using core::ErrorCode;
using sync::Authorization;

struct Login {
    Login() {
        aim.device_name = "laptop";
        aim.keys = {device.listed().signing(), device.listed().box()};
    }
    Authorization authorization() {
        auto found = Authorization::discover(http);
        REQUIRE(found);
        return *found;
    }
    /// `from` in every answer is `to` from now on.
    void replace(std::string from, std::string to) {
        fetcher.on_answer = [=](const sync::FetchRequest&, sync::FetchResponse answer) {
            const auto at = answer.body.find(from);
            if (at != std::string::npos) answer.body.replace(at, from.size(), to);
            return core::Result<sync::FetchResponse>(std::move(answer));
        };
    }
    void answer(unsigned status, std::string body) {
        fetcher.on_answer = [=](const sync::FetchRequest&, sync::FetchResponse) {
            return core::Result<sync::FetchResponse>(
                {status, {{"content-type", "application/json"}}, body});
        };
    }

    AccountServer server;
    TestDevice device{server.random};
    ServerFetcher fetcher{server};
    sync::ServerConnection http{fetcher, {server.settings.origin, sync::AddressRule::any}};
    sync::LoginAim aim;
    sync::Pkce pkce = sync::Pkce::make(server.random);
};

const std::string kRedirect = "http://127.0.0.1:45678/x";

}  // namespace

TEST_CASE("a login by browser ends in an enrolment that may create an account",
          "[sync][client][login]") {
    Login login;
    const Authorization authorization = login.authorization();
    const std::string address = authorization.address(login.aim, kRedirect, "my state", login.pkce);
    const auto back = redirect_parameters(confirm_at(login.server, address, "alice"));
    CHECK(back.at("state") == "my state");
    auto token = authorization.exchange(back.at("code"), kRedirect, login.pkce);
    REQUIRE(token);
    const sync::EnrolmentConnection enrolment(login.http, std::move(*token));
    const auto facts = enrolment.facts();
    REQUIRE(facts);
    CHECK(facts->may_create);
    CHECK_FALSE(facts->account);
    CHECK(facts->identity->id == "oidc:https://id.example#alice");
    CHECK(facts->identity->display == "alice@example.org");
    CHECK(facts->link == sync::LinkAnswer::none);
}

TEST_CASE("a code that is spent, or another login's, is refused", "[sync][client][login]") {
    Login login;
    const Authorization authorization = login.authorization();
    const std::string address = authorization.address(login.aim, kRedirect, "s", login.pkce);
    const auto code = redirect_parameters(confirm_at(login.server, address, "alice")).at("code");
    const sync::Pkce other = sync::Pkce::make(login.server.random);
    CHECK(authorization.exchange(code, kRedirect, other).error().code == ErrorCode::refused);
    CHECK(authorization.exchange(code, kRedirect, login.pkce).error().code == ErrorCode::refused);
}

TEST_CASE("the device grant waits, slows down when told to, and ends in a token",
          "[sync][client][login]") {
    Login login;
    const Authorization authorization = login.authorization();
    const auto codes = authorization.begin_device_grant(login.aim);
    REQUIRE(codes);
    CHECK(codes->verification_uri == login.server.settings.origin + "/device");
    CHECK(codes->interval == std::chrono::seconds(5));
    CHECK(codes->lifetime == std::chrono::seconds(600));
    const auto ask = [&] { return authorization.ask_device_grant(*codes); };
    CHECK(std::get<sync::StillWaiting>(*ask()) == sync::StillWaiting::as_before);
    CHECK(std::get<sync::StillWaiting>(*ask()) == sync::StillWaiting::slower);
    confirm_at(login.server, codes->verification_uri_complete, "alice");
    auto answer = ask();
    REQUIRE(answer);
    auto& token = std::get<core::SecretText>(*answer);
    const sync::EnrolmentConnection enrolment(login.http, std::move(token));
    REQUIRE(enrolment.facts());
    REQUIRE(enrolment.revoke());
    CHECK(enrolment.facts().error().code == ErrorCode::refused);
    CHECK(ask().error().code == ErrorCode::refused);
}

TEST_CASE("a login that a person refuses, or nobody answers, is refused", "[sync][client][login]") {
    Login login;
    const Authorization authorization = login.authorization();
    const auto refused = authorization.begin_device_grant(login.aim);
    confirm_at(login.server, refused->verification_uri_complete, "alice", Answer::deny);
    CHECK(authorization.ask_device_grant(*refused).error().message == "the login was refused");
    const auto late = authorization.begin_device_grant(login.aim);
    login.server.clock.pass(600'001);
    const auto expired = authorization.ask_device_grant(*late);
    CHECK(expired.error().code == ErrorCode::refused);
    CHECK(expired.error().message == "nobody confirmed the login in time");
}

TEST_CASE("each error of the token endpoint has its meaning", "[sync][client][login]") {
    Login login;
    const Authorization authorization = login.authorization();
    const auto codes = authorization.begin_device_grant(login.aim);
    const auto code_of = [&](unsigned status, const std::string& body) {
        login.answer(status, body);
        return authorization.ask_device_grant(*codes).error().code;
    };
    for (const char* word : {"access_denied", "expired_token", "invalid_grant"}) {
        INFO(word);
        CHECK(code_of(400, std::string(R"({"error":")") + word + R"("})") == ErrorCode::refused);
    }
    for (const char* word : {"invalid_client", "invalid_request", "unsupported_grant_type",
                             "server_error", "", "made up"}) {
        INFO(word);
        CHECK(code_of(400, std::string(R"({"error":")") + word + R"("})") == ErrorCode::offline);
    }
    CHECK(code_of(429, R"({"error":"slow"})") == ErrorCode::offline);
    CHECK(code_of(200, "{}") == ErrorCode::offline);
    CHECK(code_of(200, R"({"access_token":""})") == ErrorCode::offline);
    CHECK(code_of(200, "nonsense") == ErrorCode::offline);
    CHECK(code_of(400, "nonsense") == ErrorCode::offline);
}

TEST_CASE("a server that goes by another address is not logged in at",
          "[sync][client][login][mutant:metadata-issuer]") {
    Login login;
    login.replace(R"("issuer":"http://127.0.0.1:8443")", R"("issuer":"https://other.example")");
    const auto found = Authorization::discover(login.http);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == ErrorCode::offline);
    CHECK(found.error().message.find("https://other.example") != std::string::npos);
}

TEST_CASE("no place that a server names leads away from it",
          "[sync][client][login][mutant:metadata-origin]") {
    Login login;
    const std::string own = login.server.settings.origin;
    for (const char* name : {"/oauth/authorize", "/oauth/token", "/oauth/device_authorization"}) {
        for (const char* other : {"https://evil.example", "http://127.0.0.1:84430",
                                  "http://127.0.0.1:8443@evil.example", "javascript:"}) {
            INFO(name << " at " << other);
            login.replace("\"" + own + name + "\"", std::string("\"") + other + name + "\"");
            const auto found = Authorization::discover(login.http);
            REQUIRE_FALSE(found);
            CHECK(found.error().code == ErrorCode::offline);
        }
    }
    login.fetcher.on_answer = {};
    const Authorization authorization = login.authorization();
    login.replace("\"" + own + "/device\"", "\"https://evil.example/device\"");
    CHECK(authorization.begin_device_grant(login.aim).error().code == ErrorCode::offline);
}

TEST_CASE("what is no metadata of a Sparekey server is exit 7", "[sync][client][login]") {
    Login login;
    for (const char* body :
         {"", "[]", "{}", R"({"issuer":1})", R"({"issuer":"http://127.0.0.1:8443"})"}) {
        INFO(body);
        login.answer(200, body);
        CHECK(Authorization::discover(login.http).error().code == ErrorCode::offline);
    }
    login.answer(404, "");
    CHECK(Authorization::discover(login.http).error().code == ErrorCode::offline);
    login.replace(R"(["S256"])", R"(["plain"])");
    CHECK(Authorization::discover(login.http).error().code == ErrorCode::offline);
}

TEST_CASE("codes that a server makes up are not shown", "[sync][client][login]") {
    Login login;
    const Authorization authorization = login.authorization();
    const auto code_of = [&](const std::string& body) {
        login.answer(200, body);
        return authorization.begin_device_grant(login.aim).error().code;
    };
    const std::string rest =
        R"(,"device_code":"d","verification_uri":"http://127.0.0.1:8443/device"})";
    CHECK(code_of(R"({"user_code":"\u001b[2J")" + rest) == ErrorCode::offline);
    CHECK(code_of(R"({"user_code":"")" + rest) == ErrorCode::offline);
    CHECK(code_of(R"({"user_code":")" + std::string(33, 'A') + '"' + rest) == ErrorCode::offline);
}

TEST_CASE("waiting times out of reason are cut to what a person waits for",
          "[sync][client][login][mutant:waiting-time]") {
    Login login;
    const Authorization authorization = login.authorization();
    const auto codes_with = [&](const std::string& times) {
        login.answer(200, R"({"user_code":"AB","device_code":"d","verification_uri":")" +
                              login.server.settings.origin + R"(/device",)" + times + "}");
        return authorization.begin_device_grant(login.aim);
    };
    for (const char* const number : {"0", "1", "60", "61", "9999999", "1000000000"}) {
        INFO(number);
        const auto codes = codes_with(R"("interval":)" + std::string(number) + R"(,"expires_in":)" +
                                      std::string(number));
        REQUIRE(codes);
        CHECK(codes->interval >= std::chrono::seconds(1));
        CHECK(codes->interval <= std::chrono::seconds(60));
        CHECK(codes->lifetime >= std::chrono::seconds(1));
        CHECK(codes->lifetime <= std::chrono::seconds(3600));
    }
    for (const char* const nonsense :
         {R"("x")", "-1", "1.5", "1e9", "1000000000000000000", "null"}) {
        INFO(nonsense);
        CHECK(codes_with(R"("interval":)" + std::string(nonsense)).error().code ==
              ErrorCode::offline);
        CHECK(codes_with(R"("expires_in":)" + std::string(nonsense)).error().code ==
              ErrorCode::offline);
    }
}

TEST_CASE("a device's name is cut to what a server shows, between characters",
          "[sync][client][login]") {
    CHECK(sync::shown_name("laptop") == "laptop");
    CHECK(sync::shown_name(std::string(63, 'a') + "\xc3\xa4") == std::string(63, 'a'));
    Login login;
    login.aim.device_name = std::string(200, 'x');
    CHECK(login.authorization().begin_device_grant(login.aim));
}

TEST_CASE("verifiers and states are 256 random bits", "[sync][client][login]") {
    SeededRandom random;
    const sync::Pkce one = sync::Pkce::make(random);
    CHECK(one.verifier.size() == 43);
    CHECK(one.challenge == core::to_base64url(core::sha256(core::bytes_of(one.verifier))));
    CHECK(one.verifier != sync::Pkce::make(random).verifier);
}

}  // namespace sparekey::tests
