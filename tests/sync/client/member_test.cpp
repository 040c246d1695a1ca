// A member's connection: tokens, pushes and pages of an honest server, and of one that is not.
#include "tests/support/founded_member.h"

namespace sparekey::tests {
namespace {

using core::ErrorCode;
using core::RecordId;

using Member = FoundedMember;

struct Shelf final : sync::TokenShelf {
    core::Result<core::SecretText> kept_token() override { return token.clone(); }
    core::Result<void> keep_token(const core::SecretText& given,
                                  std::chrono::seconds good_for) override {
        token = given.clone();
        lifetime = good_for;
        return {};
    }
    core::SecretText token;
    std::chrono::seconds lifetime{};
};

}  // namespace

TEST_CASE("a member pushes, pulls and takes a snapshot by one token", "[sync][client][member]") {
    Member member;
    const RecordId record = RecordId::random(member.server.random);
    const auto request = member.client.one_record(member.client.first, record, 1);
    const auto pushed = member.connection.push(request);
    REQUIRE(pushed);
    CHECK(std::get<core::PushAnswer>(*pushed).at.hash == core::commit_hash(request.commit));
    const auto page = member.connection.pull(1);
    REQUIRE(page);
    CHECK(page->commits.size() == 1);
    CHECK(page->blobs.at(0).blob == request.blobs[0]);
    const auto snapshot = member.connection.snapshot({});
    REQUIRE(snapshot);
    CHECK(snapshot->records.at(0).id == record);
    CHECK(member.connection.snapshot(record)->records.empty());
    CHECK(member.assertions == 1);
}

TEST_CASE("a token that has expired is got once more, and a refused one is not asked for ever",
          "[sync][client][member]") {
    Member member;
    REQUIRE(member.connection.pull(0));
    member.server.clock.pass(700'000);
    CHECK(member.connection.pull(0));
    CHECK(member.assertions == 2);
    member.fetcher.on_answer = [](const sync::FetchRequest& request, sync::FetchResponse answer) {
        if (!request.authorization.empty()) answer.status = 401;
        return core::Result<sync::FetchResponse>(std::move(answer));
    };
    const auto refused = member.connection.pull(0);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::refused);
    CHECK(member.assertions == 3);
}

TEST_CASE("a token that was kept is used, and another is got if it is not good any more",
          "[sync][client][member]") {
    Member member;
    Shelf shelf;
    const auto ask = [&member] {
        ++member.assertions;
        return core::Result(member.client.assertion(member.client.first));
    };
    const auto pull_anew = [&] {
        return sync::MemberConnection(member.http, ask, &shelf).pull(0).has_value();
    };
    CHECK(pull_anew());
    CHECK(shelf.lifetime == std::chrono::seconds(600));
    CHECK(pull_anew());
    CHECK(member.assertions == 1);
    member.server.clock.pass(700'000);
    CHECK(pull_anew());
    CHECK(member.assertions == 2);
    CHECK(pull_anew());
    CHECK(member.assertions == 2);

    shelf.token = core::SecretText::copy_of("of another age");
    CHECK(pull_anew());
    CHECK(member.assertions == 3);
}

TEST_CASE("a device that was removed is refused", "[sync][client][member]") {
    Member member;
    const TestDevice second(member.server.random);
    const auto joins = member.client.with_roster(member.client.first,
                                                 {member.client.first.listed(), second.listed()});
    REQUIRE(member.connection.push(joins));
    member.client.accept(joins);
    const auto leaves = member.client.with_roster(second, {second.listed()});
    REQUIRE(member.client.push(leaves, member.client.token(second)).status == 200);
    const auto refused = member.connection.pull(0);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::refused);
}

TEST_CASE("a push that is behind is told where the account is", "[sync][client][member]") {
    Member member;
    const auto one =
        member.client.one_record(member.client.first, RecordId::random(member.server.random), 1);
    const auto other =
        member.client.one_record(member.client.first, RecordId::random(member.server.random), 1);
    REQUIRE(member.connection.push(one));
    const auto behind = member.connection.push(other);
    REQUIRE(behind);
    const auto& conflict = std::get<sync::PushConflict>(*behind);
    CHECK(conflict.head == core::ChainPoint{2, core::commit_hash(one.commit)});
}

TEST_CASE("a conflict without a head, or with half of one, is a conflict and no place",
          "[sync][client][member]") {
    Member member;
    const auto request =
        member.client.one_record(member.client.first, RecordId::random(member.server.random), 1);
    REQUIRE(member.connection.pull(0));
    for (const char* body : {R"({"detail":"taken"})", R"({"head":3})", R"({"head":3,"hash":"00"})",
                             R"({"head":-1,"hash":""})", "<html>"}) {
        INFO(body);
        member.answer(409, "application/problem+json", body);
        const auto answer = member.connection.push(request);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == ErrorCode::conflict);
    }
}

TEST_CASE("what is no answer of a Sparekey server is exit 7",
          "[sync][client][member][mutant:answer-type]") {
    Member member;
    REQUIRE(member.connection.pull(0));
    const auto code_of = [&](unsigned status, const char* type, std::string body) {
        member.answer(status, type, std::move(body));
        const auto page = member.connection.pull(0);
        REQUIRE_FALSE(page);
        return page.error().code;
    };
    CHECK(code_of(200, "text/html", "<html>log in to this network</html>") == ErrorCode::offline);
    CHECK(code_of(200, "application/vnd.sparekey.v10", "") == ErrorCode::offline);
    CHECK(code_of(302, "text/html", "") == ErrorCode::offline);
    CHECK(code_of(404, "text/html", "") == ErrorCode::offline);
    CHECK(code_of(500, "text/html", "") == ErrorCode::offline);
    CHECK(code_of(503, "application/problem+json", "{}") == ErrorCode::offline);
    CHECK(code_of(403, "application/problem+json", "{}") == ErrorCode::refused);
    CHECK(code_of(507, "application/problem+json", "{}") == ErrorCode::failed);
    // With our media type it is the server's own word.
    CHECK(code_of(200, "application/vnd.sparekey.v1", "nonsense") == ErrorCode::integrity);
}

TEST_CASE("a server that gives no token, or says no, is told apart", "[sync][client][member]") {
    Member member;
    member.answer(200, "application/json", R"({"token_type":"Bearer"})");
    CHECK(member.connection.pull(0).error().code == ErrorCode::offline);
    member.answer(200, "application/json", R"({"access_token":17})");
    CHECK(member.connection.pull(0).error().code == ErrorCode::offline);
    member.answer(200, "application/json", "[1]");
    CHECK(member.connection.pull(0).error().code == ErrorCode::offline);
    member.answer(400, "text/html", "<p>Bad Request");
    CHECK(member.connection.pull(0).error().code == ErrorCode::offline);
    const auto refused = [&](std::string_view reason) {
        member.answer(
            400, "application/json",
            R"({"error":"invalid_grant","error_description":")" + std::string(reason) + "\"}");
        return member.connection.pull(0).error().code;
    };
    CHECK(refused(sync::kDeviceRemoved) == ErrorCode::refused);
    CHECK(refused(sync::kClockIsWrong) == ErrorCode::refused);
    // It had accepted the device.
    CHECK(refused("the assertion is not a member's") == ErrorCode::integrity);
}

TEST_CASE("no answer may be larger than what was asked for", "[sync][client][member]") {
    Member member;
    REQUIRE(member.connection.pull(0));
    CHECK(member.fetcher.bounds.at(0) <= 256 * 1024);  // the token
    CHECK(member.fetcher.bounds.at(1) == core::kLargestPage);
}

TEST_CASE("what a server says never reaches a terminal raw",
          "[sync][client][member][mutant:server-text]") {
    Member member;
    REQUIRE(member.connection.pull(0));
    member.answer(403, "application/problem+json",
                  "{\"detail\":\"\\u001b]0;x\\u0007" + std::string(5000, 'a') + "\"}");
    const auto page = member.connection.pull(0);
    REQUIRE_FALSE(page);
    CHECK(page.error().message.find('\x1b') == std::string::npos);
    CHECK(page.error().message.size() < 400);
}

}  // namespace sparekey::tests
