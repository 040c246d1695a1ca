// Joining an account: by Secret Key, by approval, by recovery code; and what a server might hand
// out instead.
#include "sync/client/joining.h"

#include "core/chain/account_slots.h"
#include "core/codec/codec.h"
#include "sync/client/enrolment_connection.h"
#include "sync/client/member_connection.h"
#include "tests/support/chain_client.h"
#include "tests/support/server_fetcher.h"

namespace sparekey::tests {
namespace {

using core::Credential;
using core::ErrorCode;
using core::SecretBytes;
using core::SlotKind;

Credential password(std::string_view text) {
    return {SlotKind::password, SecretBytes::copy_of(core::bytes_of(text))};
}

/// A founded account with a whole keyring, and a device that wants to join.
struct Landscape {
    Landscape() {
        client.become_whole("correct horse");
        client.found();
    }
    core::Enrolment facts(const core::EnrolmentNonce& nonce) const {
        return {client.vault, server.settings.origin,
                core::signing_public_key(device.signing.expose()),
                core::box_public_key(device.box.expose()), nonce};
    }
    sync::LoginAim aim() const {
        const core::Enrolment own = facts({});
        return {"phone", sync::LoginAim::Keys{own.signing, own.box}, {}, {}, {}};
    }
    sync::EnrolmentConnection login(const std::string& subject = "alice") {
        sync::LoginWish wish;
        const core::Enrolment own = facts({});
        wish.device = {"phone", "192.0.2.7", core::to_base64url(own.signing),
                       core::to_base64url(own.box)};
        const auto state = sync::confirm_enrolment(
            server.services(), wish, {"https://id.example", subject, "corp", subject, "", {}});
        return {http, core::SecretText::copy_of(sync::issue_enrolment(server.services(), state))};
    }
    core::Result<core::OpenedAccount> open(const sync::EnrolmentConnection& enrolment,
                                           const core::EnrolmentNonce& nonce, SlotKind kind,
                                           const SecretBytes& secret) const {
        const auto opening = sync::sign_opening_with(facts(nonce), kind, secret);
        return enrolment.open(opening.opener, opening.signature);
    }
    core::OpenedAccount opened_by_secret_key() {
        const auto enrolment = login();
        auto opened =
            open(enrolment, enrolment.facts()->nonce, SlotKind::password, client.whole.secret_key);
        REQUIRE(opened);
        return std::move(*opened);
    }
    core::Result<sync::OpenedVault> accept(const core::OpenedAccount& opened) const {
        return sync::accept_account(client.vault, server.settings.origin, opened,
                                    password("correct horse"), client.whole.secret_key);
    }
    std::string token() const {
        const std::string assertion =
            sync::make_assertion(client.vault, device.device(), server.settings.origin,
                                 device.signing.expose(), server.clock.now_ms(), server.random);
        return json_text(client.ask_token(assertion), "access_token");
    }

    mutable AccountServer server;
    ChainClient client{server};
    ServerFetcher fetcher{server};
    sync::ServerConnection http{fetcher, {server.settings.origin, sync::AddressRule::any}};
    core::DeviceSecrets device{core::DatabaseKey::random(server.random),
                               core::SigningSeed::random(server.random),
                               core::BoxSeed::random(server.random)};
};

}  // namespace

TEST_CASE("a device joins by login, Secret Key and master password", "[sync][client][join]") {
    Landscape there;
    const auto enrolment = there.login();
    const auto facts = enrolment.facts();
    REQUIRE(facts);
    CHECK(facts->account == there.client.vault);
    const auto opened =
        there.open(enrolment, facts->nonce, SlotKind::password, there.client.whole.secret_key);
    REQUIRE(opened);
    const auto vault = there.accept(*opened);
    REQUIRE(vault);
    CHECK(vault->head.at == there.client.head->at);
    const auto join = sync::make_join(*vault, {there.device, "phone", there.server.clock.now_ms()},
                                      {}, there.server.random);
    REQUIRE(join);
    const auto pushed = enrolment.push(join->request);
    REQUIRE(pushed);
    CHECK(std::get<core::PushAnswer>(*pushed).at.n == 2);
    CHECK(there.server.get("/api/v1/account", there.token()).status == 200);
    CHECK(join->state.stage == core::AccountStage::joining);
    CHECK(join->state.devices.size() == 2);
    const auto roster = core::decode_roster(join->state.roster.bytes);
    REQUIRE(roster);
    CHECK(roster->find(there.device.device()) != nullptr);
}

TEST_CASE("a device joins by recovery code, without a login, and with a new password",
          "[sync][client][join]") {
    Landscape there;
    const auto recovery =
        sync::EnrolmentConnection::recover(there.http, there.client.vault, there.aim());
    REQUIRE(recovery);
    const auto opened = there.open(recovery->connection, recovery->nonce, SlotKind::recovery,
                                   there.client.recovery_code);
    REQUIRE(opened);
    const Credential code{SlotKind::recovery, there.client.recovery_code.clone()};
    const auto vault = sync::accept_account(there.client.vault, there.server.settings.origin,
                                            *opened, code, SecretBytes());
    REQUIRE(vault);
    const auto slot = core::make_slot(there.client.vault, vault->key, vault->slots.generation,
                                      password("a new one"), vault->keyring.secret_key,
                                      vault->slots.policy, 0, there.server.random);
    REQUIRE(slot);
    const auto join =
        sync::make_join(*vault, {there.device, "phone", 1}, *slot, there.server.random);
    REQUIRE(join);
    REQUIRE(recovery->connection.push(join->request));
    const auto account = there.server.store().account(there.client.vault);
    const auto slots = core::decode_account_slots(account->slots);
    REQUIRE(slots);
    CHECK(slots->slots.size() == 3);
}

TEST_CASE("a wrong secret is refused by the server or opens nothing here", "[sync][client][join]") {
    Landscape there;
    const auto enrolment = there.login();
    const SecretBytes wrong =
        SecretBytes::copy_of(there.server.random.bytes<core::kSecretKeySize>());
    const auto refused = there.open(enrolment, enrolment.facts()->nonce, SlotKind::password, wrong);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::refused);
    const auto locked = sync::accept_account(there.client.vault, there.server.settings.origin,
                                             there.opened_by_secret_key(), password("wrong horse"),
                                             there.client.whole.secret_key);
    REQUIRE_FALSE(locked);
    CHECK(locked.error().code == ErrorCode::locked);
}

TEST_CASE("an account of another server is not joined",
          "[sync][client][join][mutant:join-origin]") {
    Landscape there;
    const core::OpenedAccount opened = there.opened_by_secret_key();
    // Another server that hands on what this one gave out.
    const auto elsewhere =
        sync::accept_account(there.client.vault, "https://other.example", opened,
                             password("correct horse"), there.client.whole.secret_key);
    REQUIRE_FALSE(elsewhere);
    CHECK(elsewhere.error().code == ErrorCode::integrity);
}

TEST_CASE("another vault than the login's is not joined",
          "[sync][client][join][mutant:join-vault]") {
    Landscape there;
    const core::VaultId other = core::VaultId::random(there.server.random);
    const auto accepted =
        sync::accept_account(other, there.server.settings.origin, there.opened_by_secret_key(),
                             password("correct horse"), there.client.whole.secret_key);
    REQUIRE_FALSE(accepted);
    CHECK(accepted.error().message.find("another vault than it said") != std::string::npos);
}

TEST_CASE("whatever of an opened account is changed, it is not believed", "[sync][client][join]") {
    Landscape there;
    const core::OpenedAccount honest = there.opened_by_secret_key();
    const auto refused = [&](const char* what, auto change) {
        INFO(what);
        core::OpenedAccount changed = honest;
        change(changed);
        const auto accepted = there.accept(changed);
        REQUIRE_FALSE(accepted);
        CHECK(accepted.error().code == ErrorCode::integrity);
    };
    refused("slots", [](core::OpenedAccount& it) { it.parts.slots[20] ^= 1; });
    refused("keyring", [](core::OpenedAccount& it) { it.parts.keyring[9] ^= 1; });
    refused("roster signature", [](core::OpenedAccount& it) { it.roster.signature[0] ^= 1; });
    refused("head signature", [](core::OpenedAccount& it) { it.head.signature[0] ^= 1; });
    refused("head", [](core::OpenedAccount& it) { it.head.bytes[40] ^= 1; });
    refused("roster by the server", [&](core::OpenedAccount& it) {
        core::Roster roster = *core::decode_roster(it.roster.bytes);
        const TestDevice thief(there.server.random);
        roster.devices.push_back(thief.listed());
        core::put_in_order(roster);
        it.roster =
            *core::sign_roster(roster, core::SigningSeed::random(there.server.random).expose());
    });
}

TEST_CASE("an approval is asked for, waits, and comes as the member made it",
          "[sync][client][join]") {
    Landscape there;
    const auto enrolment = there.login();
    const core::EnrolmentNonce nonce = there.server.random.bytes<32>();
    REQUIRE(enrolment.ask_approval(nonce));
    CHECK_FALSE(enrolment.approval()->has_value());
    const std::string token = there.client.token(there.client.first);
    const auto list = there.server.get("/api/v1/approvals", token);
    const std::string id = list.body.substr(list.body.find("\"id\":\"") + 6, 26);
    const core::Enrolment facts = there.facts(nonce);
    const auto answer = core::approve(
        facts, core::ApprovalCode::of(facts).text(), there.client.whole.secret_key,
        {there.client.first.id(), there.client.first.signing.expose(), there.client.head->at},
        there.server.random);
    REQUIRE(there.server
                .post_json("/api/v1/approvals/" + id,
                           R"({"answer":")" + core::to_base64url(core::encode(*answer)) + R"("})",
                           token)
                .status == 200);
    const auto delivered = enrolment.approval();
    REQUIRE(delivered);
    CHECK(**delivered == *answer);
}

TEST_CASE("a Secret Key that came from nobody of the account is not taken",
          "[sync][client][join][mutant:join-approver]") {
    Landscape there;
    const core::OpenedAccount opened = there.opened_by_secret_key();
    const core::Enrolment facts = there.facts(there.server.random.bytes<32>());
    const auto accept_from = [&](const TestDevice& device) {
        const auto answer = core::approve(
            facts, core::ApprovalCode::of(facts).text(), there.client.whole.secret_key,
            {device.id(), device.signing.expose(), there.client.head->at}, there.server.random);
        return sync::accept_account(there.client.vault, there.server.settings.origin, opened,
                                    password("correct horse"), there.client.whole.secret_key,
                                    sync::ApprovedBy{facts, *answer});
    };
    CHECK(accept_from(there.client.first));
    const auto refused = accept_from(TestDevice(there.server.random));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::integrity);
}

TEST_CASE("after an approval the history leads through the head that the member named",
          "[sync][client][join][mutant:join-history]") {
    Landscape there;
    const core::ChainPoint named = there.client.head->at;
    const auto more =
        there.client.one_record(there.client.first, core::RecordId::random(there.server.random), 1);
    REQUIRE(there.client.push(more, there.client.token(there.client.first)).status == 200);
    there.client.accept(more);
    sync::MemberConnection member(
        there.http, [&] { return core::Result(there.client.assertion(there.client.first)); });
    const core::ChainPoint head = there.client.head->at;
    CHECK(sync::check_history(member, named, head));
    CHECK(sync::check_history(member, head, head));
    core::ChainPoint other = named;
    other.hash[0] ^= 1;
    CHECK(sync::check_history(member, other, head).error().code == ErrorCode::integrity);
    // The member has seen more than the server shows.
    CHECK(sync::check_history(member, {head.n + 3, {}}, head).error().code == ErrorCode::integrity);
}

TEST_CASE("an account without room for one more device says so", "[sync][client][join]") {
    Landscape there;
    auto vault = there.accept(there.opened_by_secret_key());
    REQUIRE(vault);
    while (vault->head.roster.devices.size() < core::kMostDevices) {
        vault->head.roster.devices.push_back(TestDevice(there.server.random).listed());
    }
    const auto join = sync::make_join(*vault, {there.device, "phone", 1}, {}, there.server.random);
    REQUIRE_FALSE(join);
    CHECK(join.error().code == ErrorCode::conflict);
}

TEST_CASE("an enrolment that is none is exit 7", "[sync][client][join]") {
    Landscape there;
    const auto enrolment = there.login();
    for (const char* body :
         {"{}", R"({"nonce":"AA"})",
          R"({"nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","account":"x"})",
          R"({"nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","link":"maybe"})",
          R"({"nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","identity":{"id":1}})"}) {
        INFO(body);
        there.fetcher.on_answer = [&](const sync::FetchRequest&, sync::FetchResponse) {
            return core::Result<sync::FetchResponse>(
                {200, {{"content-type", "application/json"}}, body});
        };
        CHECK(enrolment.facts().error().code == ErrorCode::offline);
        CHECK(enrolment.approval().error().code == ErrorCode::offline);
    }
}

}  // namespace sparekey::tests
