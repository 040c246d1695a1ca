// The chain over the API: founding, pushing, pulling, opening and joining, by an honest client and
// by others.
#include "core/chain/approval.h"
#include "core/codec/codec.h"
#include "tests/support/chain_client.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

using namespace core;

using Client = ChainClient;

}  // namespace

TEST_CASE("a login founds an account with its first commit, pushes and pulls", "[sync][push]") {
    AccountServer server;
    Client client(server);
    client.found();
    CHECK(server.store().account_of({"https://id.example", "alice"}) == client.vault);
    const std::string token = client.token(client.first);
    const RecordId record = RecordId::random(server.random);
    const auto request = client.one_record(client.first, record, 1);
    const auto answer = client.push(request, token);
    REQUIRE(answer.status == 200);
    CHECK(sync::decode_push_answer(bytes_of(answer.body))->at.hash == commit_hash(request.commit));
    client.accept(request);
    const auto page = client.pull(token, 0);
    CHECK(page.head == client.head->at);
    REQUIRE(page.commits.size() == 2);
    REQUIRE(page.blobs.size() == 1);
    CHECK(page.blobs[0].blob == request.blobs[0]);
    CHECK(page.parts->slots == encode(client.slots));
    CHECK(client.pull(token, 2).commits.empty());
}

TEST_CASE("the same commit again gets the first answer, another one the head", "[sync][push]") {
    AccountServer server;
    Client client(server);
    client.found();
    const std::string token = client.token(client.first);
    const auto one = client.one_record(client.first, RecordId::random(server.random), 1);
    const auto other = client.one_record(client.first, RecordId::random(server.random), 1);
    const auto first = client.push(one, token);
    CHECK(first.status == 200);
    CHECK(client.push(one, token).body == first.body);
    const auto behind = client.push(other, token);
    CHECK(behind.status == 409);
    CHECK(json_text(behind, "head") == "2");
    CHECK(json_text(behind, "hash") == to_hex(commit_hash(one.commit)));
}

TEST_CASE("an account that has pushed enough for a day waits, and still pulls",
          "[sync][push][mutant:limiter-pushes]") {
    AccountServer server(2);
    Client client(server);
    client.found();
    const auto push = [&](const std::string& token) {
        const auto request = client.one_record(client.first, RecordId::random(server.random), 1);
        auto answer = client.push(request, token);
        if (answer.status == 200) client.accept(request);
        return answer;
    };
    const std::string token = client.token(client.first);
    CHECK(push(token).status == 200);
    CHECK(push(token).status == 200);
    const auto refused = push(token);
    CHECK(refused.status == 429);
    CHECK(refused.body.find("\"code\":\"slow_down\"") != std::string::npos);
    CHECK(client.pull(token, 0).commits.size() == 3);
    server.clock.pass(std::uint64_t{12} * 3'600'000);
    CHECK(push(client.token(client.first)).status == 200);
}

TEST_CASE("what breaks a rule of the chain is not stored", "[sync][push]") {
    AccountServer server;
    Client client(server);
    client.found();
    const std::string token = client.token(client.first);
    const RecordId id = RecordId::random(server.random);
    auto blob = client.one_record(client.first, id, 1);
    blob.blobs[0][0] ^= 1;
    CHECK(client.push(blob, token).status == 400);
    auto signature = client.one_record(client.first, id, 1);
    signature.commit.signature[0] ^= 1;
    CHECK(client.push(signature, token).status == 400);
    auto parts = client.one_record(client.first, id, 1);
    parts.parts = sync::RosterParts{encode(client.slots), client.keyring};
    CHECK(client.push(parts, token).status == 400);
    const auto good = client.one_record(client.first, id, 1);
    REQUIRE(client.push(good, token).status == 200);
    client.accept(good);
    CHECK(client.push(client.one_record(client.first, id, 3), token).status == 400);
    CHECK(server.store().account(client.vault)->head == 2);
}

TEST_CASE("a commit is taken from any member as its device signed it, and the log says who sent it",
          "[sync][push]") {
    AccountServer server;
    Client client(server);
    client.found();
    const TestDevice second(server.random);
    const auto joins = client.with_roster(client.first, {client.first.listed(), second.listed()});
    REQUIRE(client.push(joins, client.token(client.first)).status == 200);
    client.accept(joins);
    const auto request = client.one_record(second, RecordId::random(server.random), 1);
    const std::string token = client.token(client.first);
    auto forged = request;
    forged.commit =
        sign_commit(*decode_commit(request.commit.bytes), client.first.signing.expose()).value();
    CHECK(client.push(forged, token).status == 400);
    CHECK(client.push(request, token).status == 200);
    const auto lines = server.store().audit(client.vault, 0, 100);
    REQUIRE(!lines.empty());
    CHECK(lines.back().entry.actor == second.id().text());
    CHECK(lines.back().entry.detail.find("\"sent_by\":\"" + client.first.id().text() + "\"") !=
          std::string::npos);
}

TEST_CASE("an assertion is good once", "[sync][oauth][mutant:assertion-replay]") {
    AccountServer server;
    Client client(server);
    client.found();
    const std::string assertion = client.assertion(client.first);
    CHECK(client.ask_token(assertion).status == 200);
    const auto again = client.ask_token(assertion);
    CHECK(json_text(again, "error") == "invalid_grant");
    CHECK(again.attempt == sync::Attempt::failed);
}

TEST_CASE("an assertion by a stranger or for another server is refused alike, and logged",
          "[sync][oauth]") {
    AccountServer server;
    Client client(server);
    client.found();
    const TestDevice stranger(server.random);
    const auto unknown = client.ask_token(client.assertion(stranger));
    CHECK(unknown.status == 400);
    const std::string elsewhere =
        sync::make_assertion(client.vault, client.first.id(), "https://other.example",
                             client.first.signing.expose(), server.clock.now_ms(), server.random);
    CHECK(client.ask_token(elsewhere).body == unknown.body);
    CHECK(client.ask_token("nonsense").body == unknown.body);
    const auto refusals = [&](const std::optional<sync::AccountId>& account) {
        const auto lines = server.store().audit(account, 0, 100);
        return std::ranges::count_if(
            lines, [](const sync::AuditLine& line) { return line.entry.action == "refusal"; });
    };
    CHECK(refusals(client.vault) == 1);
    CHECK(refusals(std::nullopt) == 1);
}

TEST_CASE("whoever has a device's key hears why its assertion is refused, and nobody else",
          "[sync][oauth]") {
    AccountServer server;
    Client client(server);
    client.found();
    const auto reason = [&](const std::string& assertion) {
        return json_text(client.ask_token(assertion), "error_description");
    };
    const TestDevice lost(server.random);
    const auto joins = client.with_roster(client.first, {client.first.listed(), lost.listed()});
    REQUIRE(client.push(joins, client.token(client.first)).status == 200);
    client.accept(joins);
    const TestDevice stranger(server.random);
    const std::string nothing = reason(client.assertion(stranger));
    const auto forged = [&] {
        return sync::make_assertion(client.vault, lost.id(), server.settings.origin,
                                    stranger.signing.expose(), server.clock.now_ms(),
                                    server.random);
    };
    const std::string old = client.assertion(lost);
    const std::string old_forged = forged();
    server.clock.pass(200'000);
    CHECK(reason(old) == sync::kClockIsWrong);
    CHECK(reason(old_forged) == nothing);
    REQUIRE(client
                .push(client.with_roster(client.first, {client.first.listed()}),
                      client.token(client.first))
                .status == 200);
    CHECK(reason(client.assertion(lost)) == sync::kDeviceRemoved);
    CHECK(reason(forged()) == nothing);
}

TEST_CASE("a device whose assertions fail has to wait, with its right one too, and then may ask",
          "[sync][oauth][mutant:assertion-backoff]") {
    AccountServer server;
    Client client(server);
    client.found();
    const std::string spent = client.assertion(client.first);
    REQUIRE(client.ask_token(spent).status == 200);
    for (int i = 0; i < 6; ++i) CHECK(client.ask_token(spent).status == 400);
    const auto waits = client.ask_token(client.assertion(client.first));
    CHECK(waits.status == 429);
    CHECK(header_of(waits, "retry-after") == "1");
    CHECK(json_text(waits, "error") == "slow_down");
    const TestDevice other(server.random);
    CHECK(client.ask_token(client.assertion(other)).status == 400);
    server.clock.pass(1'000);
    CHECK(client.ask_token(client.assertion(client.first)).status == 200);
    CHECK(client.ask_token(spent).status == 400);  // forgiven: counted from the start again
}

TEST_CASE("a member's device gets its token while its address has to wait, nobody else does",
          "[sync][oauth][limiter][mutant:token-backoff]") {
    AccountServer server(20'000, 2);
    Client client(server);
    client.found();
    REQUIRE(client.ask_token(client.assertion(client.first)).status == 200);
    for (int i = 0; i < 3; ++i) CHECK(client.ask_token("nonsense").status == 400);
    CHECK(client.ask_token("nonsense").status == 429);
    const TestDevice stranger(server.random);
    CHECK(client.ask_token(client.assertion(stranger)).status == 429);
    CHECK(server
              .post_form("/oauth/token", {{"client_id", "sparekey-cli"},
                                          {"grant_type", "authorization_code"},
                                          {"code", "guess"}})
              .status == 429);
    CHECK(client.ask_token(client.assertion(client.first)).status == 200);
}

TEST_CASE("an account at which openings fail has to wait, and the right code opens it then",
          "[sync][join][mutant:open-backoff]") {
    AccountServer server;
    Client client(server);
    client.found();
    const TestDevice phone(server.random);
    const std::string token = client.enrol(phone, "alice");
    const SecretBytes wrong = SecretBytes::copy_of(server.random.bytes<kSecretKeySize>());
    for (int i = 0; i < 6; ++i) CHECK(client.open(phone, token, wrong).status == 403);
    const auto waits = client.open(phone, token, client.recovery_code);
    CHECK(waits.status == 429);
    CHECK(header_of(waits, "retry-after") == "1");
    server.clock.pass(1'000);
    CHECK(client.open(phone, token, client.recovery_code).status == 200);
    CHECK(client.open(phone, client.enrol(phone, "alice"), wrong).status == 403);
}

TEST_CASE("a device joins by the recovery code without a login", "[sync][join]") {
    AccountServer server;
    Client client(server);
    client.found();
    const TestDevice phone(server.random);
    const auto claim = client.claim(phone);
    const auto begun = server.post_json(
        std::string(sync::path::kRecovery),
        R"({"account":")" + client.vault.text() + R"(","device_name":"phone","device_key":")" +
            claim.key + R"(","receiving_key":")" + claim.receiving_key + R"("})");
    REQUIRE(begun.status == 200);
    const std::string token = json_text(begun, "access_token");
    const auto joins = client.with_roster(phone, {client.first.listed(), phone.listed()});
    CHECK(client.push(joins, token).status == 401);  // not opened yet
    const auto opened = client.open(phone, token, client.recovery_code);
    REQUIRE(opened.status == 200);
    const auto account = sync::decode_opened_account(bytes_of(opened.body));
    REQUIRE(account);
    CHECK(account->parts.slots == encode(client.slots));
    CHECK(commit_hash(account->head) == client.head->at.hash);
    CHECK(client.push(joins, token).status == 200);
    CHECK(client.push(joins, token).status == 401);  // the enrolment is used up
    client.accept(joins);
    CHECK(client.pull(client.token(phone), 1).commits.size() == 1);
}

TEST_CASE("a wrong code opens nothing, and an account that does not exist answers alike",
          "[sync][join]") {
    AccountServer server;
    Client client(server);
    client.found();
    const TestDevice phone(server.random);
    const SecretBytes wrong = SecretBytes::copy_of(server.random.bytes<kSecretKeySize>());
    const auto refused = client.open(phone, client.enrol(phone, "alice"), wrong);
    CHECK(refused.status == 403);
    Client nobody(server);
    sync::LoginWish wish;
    wish.device = client.claim(phone);
    const auto state = sync::claim_enrolment(server.services(), wish, nobody.vault.text());
    const auto unknown =
        nobody.open(phone, sync::issue_enrolment(server.services(), state), nobody.recovery_code);
    CHECK(unknown.status == refused.status);
    CHECK(unknown.body == refused.body);
}

TEST_CASE("a login that was not opened cannot join, whoever holds it",
          "[sync][join][mutant:join-opened]") {
    AccountServer server;
    Client client(server);
    client.found();
    const TestDevice thief(server.random);
    // Even with the account's own signature: the login provider and a stolen roster are not enough.
    const auto joins = client.with_roster(thief, {client.first.listed(), thief.listed()});
    CHECK(client.push(joins, client.enrol(thief, "alice")).status == 401);
    CHECK(server.store().account(client.vault)->head == 1);
}

TEST_CASE("without a login only the recovery code opens",
          "[sync][join][mutant:open-without-login]") {
    AccountServer server;
    Client client(server);
    client.slots.slots[0].kind = SlotKind::key_file;
    client.found();
    const TestDevice phone(server.random);
    sync::LoginWish wish;
    wish.device = client.claim(phone);
    const auto state = sync::claim_enrolment(server.services(), wish, client.vault.text());
    const std::string without = sync::issue_enrolment(server.services(), state);
    CHECK(client.open(phone, without, client.recovery_code).status == 403);
    CHECK(client.open(phone, client.enrol(phone, "alice"), client.recovery_code).status == 200);
}

TEST_CASE("a member approves a device by the code that both compute", "[sync][join]") {
    AccountServer server;
    Client client(server);
    client.found();
    const TestDevice phone(server.random);
    const std::string enrolment = client.enrol(phone, "alice");
    Enrolment facts{client.vault, server.settings.origin, phone.listed().signing(),
                    phone.listed().box(), server.random.bytes<32>()};
    const std::string approval(sync::path::kEnrolmentApproval);
    REQUIRE(
        server.post_json(approval, R"({"nonce":")" + to_base64url(facts.nonce) + R"("})", enrolment)
            .status == 202);
    CHECK(json_text(server.get(approval, enrolment), "state") == "waiting");
    const std::string token = client.token(client.first);
    const auto waiting = server.get(std::string(sync::path::kApprovals), token);
    CHECK(waiting.body.find(to_base64url(facts.nonce)) != std::string::npos);
    CHECK(waiting.body.find(to_base64url(facts.signing)) != std::string::npos);
    const auto start = waiting.body.find("\"id\":\"") + 6;
    const std::string id = waiting.body.substr(start, 26);
    const auto answer =
        approve(facts, ApprovalCode::of(facts).text(), client.recovery_code,
                {client.first.id(), client.first.signing.expose(), client.head->at}, server.random);
    REQUIRE(answer);
    const std::string body = R"({"answer":")" + to_base64url(encode(*answer)) + R"("})";

    CHECK(server.post_json("/api/v1/approvals/" + id, body, token).status == 200);
    CHECK(server.post_json("/api/v1/approvals/" + id, body, token).status == 404);
    const auto delivered = from_base64url(json_text(server.get(approval, enrolment), "answer"));
    REQUIRE(delivered);
    const auto opened =
        open_approval(facts, phone.box.expose(), *decode_approval_answer(*delivered));
    REQUIRE(opened);
    CHECK(equal_constant_time(opened->secret_key.expose(), client.recovery_code.expose()));
}

TEST_CASE("a device that a commit removes is out at once", "[sync][push]") {
    AccountServer server;
    Client client(server);
    client.found();
    const TestDevice lost(server.random);
    const auto joins = client.with_roster(client.first, {client.first.listed(), lost.listed()});
    REQUIRE(client.push(joins, client.token(client.first)).status == 200);
    client.accept(joins);
    const std::string token = client.token(lost);
    CHECK(server.get("/api/v1/account", token).status == 200);
    const auto leaves = client.with_roster(client.first, {client.first.listed()});
    REQUIRE(client.push(leaves, client.token(client.first)).status == 200);
    CHECK(server.get("/api/v1/account", token).status == 401);
    CHECK(client.ask_token(client.assertion(lost)).status == 400);
}

TEST_CASE("streams of events end when the devices of their account change", "[sync][push]") {
    AccountServer server;
    std::vector<VaultId> ended;
    server.services().end_streams = [&](const VaultId& account) { ended.push_back(account); };
    Client client(server);
    client.found();
    ended.clear();
    const auto record = client.one_record(client.first, RecordId::random(server.random), 1);
    REQUIRE(client.push(record, client.token(client.first)).status == 200);
    client.accept(record);
    CHECK(ended.empty());
    const TestDevice second(server.random);
    const auto joins = client.with_roster(client.first, {client.first.listed(), second.listed()});
    REQUIRE(client.push(joins, client.token(client.first)).status == 200);
    CHECK(ended == std::vector<VaultId>{client.vault});
}

TEST_CASE("a roster that names another server is refused", "[sync][push]") {
    AccountServer server;
    Client client(server);
    const std::string token = client.enrol(client.first, "alice");
    server.settings.origin = "https://other.example";
    auto request = client.with_roster(client.first, {client.first.listed()});
    server.settings.origin = "http://127.0.0.1:8443";
    CHECK(client.push(request, token).status == 400);
    CHECK(server.store().accounts().empty());
}

TEST_CASE("an invitation makes as many accounts as it says", "[sync][push]") {
    AccountServer server;
    server.settings.sign_up.kind = sync::SignUpPolicy::Kind::invite;
    server.store().add_invitation({sha256(bytes_of("welcome")), 1, server.clock.now_ms() + 100'000},
                                  {{}, server.clock.now_ms(), "invite", "admin", "", "{}"});
    const auto found_as = [&](const std::string& subject, const std::string& invitation) {
        Client client(server);
        sync::LoginWish wish;
        wish.device = client.claim(client.first);
        if (!invitation.empty()) wish.invitation = to_hex(sync::ticket_key(invitation));
        const auto state = sync::confirm_enrolment(
            server.services(), wish, {"https://id.example", subject, "corp", subject, "", {}});
        return client
            .push(client.with_roster(client.first, {client.first.listed()}),
                  sync::issue_enrolment(server.services(), state))
            .status;
    };
    CHECK(found_as("mallory", "") == 403);
    CHECK(found_as("alice", "welcome") == 200);
    CHECK(found_as("bob", "welcome") == 403);
    CHECK(server.store().accounts().size() == 1);
}

}  // namespace sparekey::tests
