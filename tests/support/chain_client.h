// A client of the accounts' API that knows the chain and keeps its own books; honest by itself.
#pragma once

#include "core/chain/account_slots.h"
#include "core/chain/enrolment.h"
#include "core/chain/leaf_tree.h"
#include "core/crypto/hash.h"
#include "core/vault/slots.h"
#include "sync/protocol/assertion.h"
#include "sync/protocol/bodies.h"
#include "sync/protocol/routes.h"
#include "sync/server/accounts/enrolments.h"
#include "tests/support/account.h"
#include "tests/support/account_server.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

/// A vault with a recovery code, and what its devices make of it for a server.
struct ChainClient {
    explicit ChainClient(AccountServer& at) : server(at), first(at.random) {
        slots.vault = vault;
        slots.policy = core::kKdfFloor;
        auto slot =
            core::make_slot(vault, key, 1, {core::SlotKind::recovery, recovery_code.clone()},
                            core::SecretBytes(), {}, server.clock.now_ms(), server.random);
        REQUIRE(slot);
        slots.slots.push_back(std::move(*slot));
    }

    /// Before found(): a keyring as a vault has it, and a password slot beside the recovery code's.
    void become_whole(std::string_view password) {
        whole.account.push_back(account.clone());
        whole.epochs.push_back(core::EpochKey::random(server.random));
        whole.secret_key = core::SecretBytes::copy_of(server.random.bytes<core::kSecretKeySize>());
        whole.recovery_code = recovery_code.clone();
        whole.id_key = core::IdKey::random(server.random);
        keyring = core::seal_keyring(key, vault, 1, whole, server.random);
        auto slot = core::make_slot(
            vault, key, 1,
            {core::SlotKind::password, core::SecretBytes::copy_of(core::bytes_of(password))},
            whole.secret_key, core::kKdfFloor, server.clock.now_ms(), server.random);
        REQUIRE(slot);
        slots.slots.push_back(std::move(*slot));
    }

    core::Roster roster(std::vector<core::RosterDevice> devices) const {
        core::Roster made;
        made.vault = vault;
        made.n = head ? head->at.n + 1 : 1;
        made.previous = head ? head->roster_hash : core::Hash{};
        made.devices = std::move(devices);
        made.account_key = core::signing_public_key(account.expose());
        REQUIRE(core::describe_slots(made, slots));
        made.keyring = core::sha256(keyring);
        made.origin = server.settings.origin;
        core::put_in_order(made);
        return made;
    }
    core::Commit commit(const TestDevice& device) const {
        core::Commit made;
        made.vault = vault;
        made.n = head ? head->at.n + 1 : 1;
        made.previous = head ? head->at.hash : core::Hash{};
        made.device = device.id();
        if (head) made.roster = head->roster_hash;
        made.state_root = tree.root();
        made.time_ms = server.clock.now_ms();
        return made;
    }
    sync::PushRequest with_roster(const TestDevice& device,
                                  std::vector<core::RosterDevice> devices) const {
        const core::Commit made =
            TestAccount::with_roster(commit(device), roster(std::move(devices)), account);
        return {TestAccount::signed_by(device, made),
                {},
                sync::RosterParts{core::encode(slots), keyring}};
    }
    sync::PushRequest one_record(const TestDevice& device, const core::RecordId& id,
                                 std::uint64_t version) const {
        const core::Bytes blob = {1, 2, 3, static_cast<std::uint8_t>(version)};
        core::Commit made = commit(device);
        made.changes = {{id, version, core::sha256(blob)}};
        core::LeafTree after = tree;
        after.apply(made.changes);
        made.state_root = after.root();
        return {TestAccount::signed_by(device, made), {blob}, {}};
    }
    /// The client's own books after an accepted push.
    void accept(const sync::PushRequest& request) {
        auto step =
            head ? core::advance(*head, request.commit) : core::begin_chain(vault, request.commit);
        REQUIRE(step);
        tree.apply(step->commit.changes);
        head = step->head;
    }

    sync::Response push(const sync::PushRequest& request, const std::string& token) const {
        const core::Bytes body = core::encode(request);
        sync::Request sent;
        sent.method = sync::Method::post;
        sent.path = sync::path::kCommits;
        sent.headers = {{"authorization", "Bearer " + token},
                        {"content-type", std::string(sync::kMediaType)}};
        sent.body.assign(body.begin(), body.end());
        return server.send(sent);
    }
    sync::DeviceClaim claim(const TestDevice& device) const {
        return {"laptop", "192.0.2.7", core::to_base64url(device.listed().signing()),
                core::to_base64url(device.listed().box())};
    }
    /// What a login as `subject` with these keys gets.
    std::string enrol(const TestDevice& device, const std::string& subject) const {
        sync::LoginWish wish;
        wish.device = claim(device);
        const auto state = sync::confirm_enrolment(
            server.services(), wish, {"https://id.example", subject, "corp", subject, "", {}});
        return sync::issue_enrolment(server.services(), state);
    }
    void found() {
        const auto request = with_roster(first, {first.listed()});
        REQUIRE(push(request, enrol(first, "alice")).status == 200);
        accept(request);
    }
    std::string assertion(const TestDevice& device) const {
        return sync::make_assertion(vault, device.id(), server.settings.origin,
                                    device.signing.expose(), server.clock.now_ms(), server.random);
    }
    sync::Response ask_token(const std::string& assertion) const {
        return server.post_form(
            std::string(sync::path::kToken),
            {{"grant_type", std::string(sync::kJwtBearerGrant)}, {"assertion", assertion}});
    }
    std::string token(const TestDevice& device) const {
        return json_text(ask_token(assertion(device)), "access_token");
    }
    /// Opens the enrolment behind `token` as `device`, with this code.
    sync::Response open(const TestDevice& device, const std::string& token,
                        const core::SecretBytes& code) const {
        const auto nonce = core::from_base64url(
            json_text(server.get(std::string(sync::path::kEnrolment), token), "nonce"));
        REQUIRE(nonce);
        core::Enrolment facts{
            vault, server.settings.origin, device.listed().signing(), device.listed().box(), {}};
        std::copy(nonce->begin(), nonce->end(), facts.nonce.begin());
        const core::SigningSeed opener =
            core::opener_seed(vault, core::SlotKind::recovery, code.expose());
        const std::string body =
            R"({"opener":")" + core::to_base64url(core::signing_public_key(opener.expose())) +
            R"(","signature":")" + core::to_base64url(core::sign_opening(opener.expose(), facts)) +
            R"("})";
        return server.post_json(std::string(sync::path::kEnrolmentOpen), body, token);
    }
    sync::PullPage pull(const std::string& token, std::uint64_t after) const {
        const auto answer = server.get("/api/v1/commits?after=" + std::to_string(after), token);
        REQUIRE(answer.status == 200);
        auto page = sync::decode_pull_page(core::bytes_of(answer.body));
        REQUIRE(page);
        return std::move(*page);
    }

    AccountServer& server;
    core::VaultId vault = core::VaultId::random(server.random);
    core::VaultKey key = core::VaultKey::random(server.random);
    core::Keyring whole;  // after become_whole()
    core::SigningSeed account = core::SigningSeed::random(server.random);
    core::SecretBytes recovery_code =
        core::SecretBytes::copy_of(server.random.bytes<core::kSecretKeySize>());
    core::AccountSlots slots;
    core::Bytes keyring{9, 9, 9};
    TestDevice first;
    core::LeafTree tree;
    std::optional<core::ChainHead> head;
};

}  // namespace sparekey::tests
