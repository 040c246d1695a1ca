// What a member asks of its account beside syncing, and what a server might answer instead.
#include "sync/client/account_calls.h"

#include "tests/support/founded_member.h"

namespace sparekey::tests {
namespace {

using core::ErrorCode;
using Member = FoundedMember;

/// A device that logged in and asked to be approved.
struct Waiting {
    explicit Waiting(Member& member)
        : phone(member.server.random), nonce(member.server.random.bytes<32>()) {
        const std::string enrolment = member.client.enrol(phone, "alice");
        REQUIRE(member.server
                    .post_json(std::string(sync::path::kEnrolmentApproval),
                               R"({"nonce":")" + core::to_base64url(nonce) + R"("})", enrolment)
                    .status == 202);
    }
    TestDevice phone;
    core::EnrolmentNonce nonce;
};

}  // namespace

TEST_CASE("the account is shown with its identities and devices", "[sync][client][account]") {
    Member member;
    const auto facts = sync::account_facts(member.connection);
    REQUIRE(facts);
    REQUIRE(facts->identities.size() == 1);
    CHECK(facts->identities[0].id == "oidc:https://id.example#alice");
    REQUIRE(facts->devices.size() == 1);
    CHECK(facts->devices[0].id == member.client.first.id());
    CHECK(facts->devices[0].last_seen.size() == 20);
    CHECK(facts->audit.n > 0);
}

TEST_CASE("an account with something else in it is exit 7", "[sync][client][account]") {
    Member member;
    REQUIRE(sync::account_facts(member.connection));
    for (const auto& [from, to] : {std::pair{"\"identities\":[", "\"identities\":[1,"},
                                   {"\"devices\":[", "\"devices\":7,\"x\":["},
                                   {"\"last_seen\":\"2", "\"last_seen\":\"\\u001b"},
                                   {"\"audit\":", "\"other\":"},
                                   {"\"display\":", "\"other\":"}}) {
        INFO(from);
        member.replace(from, to);
        CHECK(sync::account_facts(member.connection).error().code == ErrorCode::offline);
    }
}

TEST_CASE("the account page is opened by a link of the server's own",
          "[sync][client][account][mutant:account-page-origin]") {
    Member member;
    const auto url = sync::account_page(member.connection);
    REQUIRE(url);
    CHECK(url->starts_with(member.server.settings.origin + "/account?link="));
    for (const char* other : {"https://evil.example/account?link=", "file:///etc/passwd#",
                              "http://127.0.0.1:8443.evil.example/account?link="}) {
        INFO(other);
        member.replace(member.server.settings.origin + "/account?link=", other);
        CHECK(sync::account_page(member.connection).error().code == ErrorCode::offline);
    }
}

TEST_CASE("an identity is linked by a handle and unlinked by its id", "[sync][client][account]") {
    Member member;
    const auto handle = sync::link_handle(member.connection);
    REQUIRE(handle);
    CHECK(handle->size() == 43);
    const auto last = sync::unlink_identity(member.connection, "oidc:https://id.example#alice");
    CHECK(last.error().code == ErrorCode::conflict);
    CHECK(sync::unlink_identity(member.connection, "github:17").error().code ==
          ErrorCode::not_found);
    member.answer(200, "application/json", R"({"link":"--flag"})");
    CHECK(sync::link_handle(member.connection).error().code == ErrorCode::offline);
}

TEST_CASE("a device that waits is listed as it said of itself, and answered once",
          "[sync][client][account]") {
    Member member;
    CHECK(sync::waiting_devices(member.connection)->empty());
    Waiting waiting(member);
    const auto list = sync::waiting_devices(member.connection);
    REQUIRE(list);
    REQUIRE(list->size() == 1);
    const sync::WaitingDevice& device = list->front();
    CHECK(device.name == "laptop");
    CHECK(device.address == "192.0.2.7");
    CHECK(device.signing == waiting.phone.listed().signing());
    CHECK(device.box == waiting.phone.listed().box());
    CHECK(device.nonce == waiting.nonce);
    const core::ApprovalAnswer answer{member.client.first.id(), core::Bytes(120, 1), {}};
    CHECK(sync::answer_waiting(member.connection, device, answer));
    CHECK(sync::answer_waiting(member.connection, device, answer).error().code ==
          ErrorCode::not_found);
}

TEST_CASE("a waiting device without keys, or with a path for an id, is exit 7",
          "[sync][client][account]") {
    Member member;
    const Waiting waiting(member);
    REQUIRE(sync::waiting_devices(member.connection));
    for (const auto& [from, to] : {std::pair{"\"id\":\"", "\"id\":\"../"},
                                   {"\"device_key\":\"", "\"device_key\":\"A"},
                                   {"\"receiving_key\":", "\"other\":"},
                                   {"\"nonce\":\"", "\"nonce\":\"A"},
                                   {"\"approvals\":[", "\"approvals\":{},\"x\":["}}) {
        INFO(from);
        member.replace(from, to);
        CHECK(sync::waiting_devices(member.connection).error().code == ErrorCode::offline);
    }
}

TEST_CASE("the audit log is read whole and verified", "[sync][client][account][audit]") {
    Member member;
    for (int i = 0; i < 600; ++i) {
        member.server.store().append_audit({member.client.vault, member.server.clock.now_ms(),
                                            "login", "corp", "192.0.2.7", R"({"a": 1})"});
    }
    const auto facts = sync::account_facts(member.connection);
    const auto log = sync::audit_log(member.connection, member.client.vault, facts->audit);
    REQUIRE(log);
    CHECK(log->size() == facts->audit.n);
    CHECK(log->back().entry.detail == R"({"a": 1})");
    CHECK(sync::audit_log(member.connection, member.client.vault, {}));
}

TEST_CASE("the audit log is read on from where it was seen, and must go on from there",
          "[sync][client][account][audit][mutant:audit-chain-order]") {
    Member member;
    const auto append = [&](int count) {
        for (int i = 0; i < count; ++i) {
            member.server.store().append_audit({member.client.vault, member.server.clock.now_ms(),
                                                "login", "corp", "192.0.2.7", "{}"});
        }
        return sync::account_facts(member.connection)->audit;
    };
    const core::ChainPoint from = append(3);
    const core::ChainPoint to = append(600);
    const auto lines = [&](const core::ChainPoint& first) {
        return sync::audit_lines(member.connection, member.client.vault, first, to);
    };
    const auto all = lines(from);
    REQUIRE(all);
    CHECK(all->size() == 600);
    CHECK(all->front().n == from.n + 1);
    CHECK(lines(to)->empty());
    core::ChainPoint other = from;
    other.hash[0] ^= 1;
    CHECK(lines(other).error().code == ErrorCode::integrity);
    append(2);
    CHECK(lines(from)->size() == 600);
}

TEST_CASE("an audit log that is not the one that this device saw is exit 8",
          "[sync][client][account][audit][mutant:audit-seen-head]") {
    Member member;
    const auto head = sync::account_facts(member.connection)->audit;
    core::ChainPoint other = head;
    other.hash[0] ^= 1;
    const auto changed = sync::audit_log(member.connection, member.client.vault, other);
    REQUIRE_FALSE(changed);
    CHECK(changed.error().code == ErrorCode::integrity);
}

TEST_CASE("an audit log that is shorter than this device saw is exit 8",
          "[sync][client][account][audit][mutant:audit-seen-length]") {
    Member member;
    const auto head = sync::account_facts(member.connection)->audit;
    const auto cut = sync::audit_log(member.connection, member.client.vault, {head.n + 1, {}});
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == ErrorCode::integrity);
}

TEST_CASE("an audit log with a line that was changed or left out is exit 8",
          "[sync][client][account][audit]") {
    Member member;
    const auto code_of = [&](const char* from, const char* to) {
        INFO(from);
        member.replace(from, to);
        const auto log = sync::audit_log(member.connection, member.client.vault, {});
        REQUIRE_FALSE(log);
        return log.error().code;
    };
    REQUIRE(sync::audit_log(member.connection, member.client.vault, {}));
    CHECK(code_of("\"action\":\"push\"", "\"action\":\"pull\"") == ErrorCode::integrity);
    CHECK(code_of("\"n\":1,\"at\"", "\"n\":2,\"at\"") == ErrorCode::integrity);
    CHECK(code_of("\"at_ms\":1", "\"at_ms\":2") == ErrorCode::integrity);
    CHECK(code_of("\"detail_text\":", "\"x\":") == ErrorCode::offline);
    // Another account's log, a true one.
    member.fetcher.on_answer = {};
    const auto log =
        sync::audit_log(member.connection, core::VaultId::random(member.server.random), {});
    CHECK(log.error().code == ErrorCode::integrity);
}

TEST_CASE("an audit log that ends before its head is exit 8", "[sync][client][account][audit]") {
    Member member;
    REQUIRE(sync::account_facts(member.connection));
    member.fetcher.on_answer = [](const sync::FetchRequest& request, sync::FetchResponse answer) {
        if (request.url.find("/audit") != std::string::npos) answer.body.clear();
        return core::Result<sync::FetchResponse>(std::move(answer));
    };
    const auto log = sync::audit_log(member.connection, member.client.vault, {});
    REQUIRE_FALSE(log);
    CHECK(log.error().code == ErrorCode::integrity);
}

}  // namespace sparekey::tests
