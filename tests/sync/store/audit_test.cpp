// The audit log: one chain an account and one for the server, and what a change of it shows.
#include "core/crypto/hash.h"
#include "sync/protocol/audit_chain.h"
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::sync {
namespace {

using tests::Chain;

std::vector<AuditLine> five_lines(const std::optional<AccountId>& account) {
    std::vector<AuditLine> lines;
    AuditHead head;
    for (std::uint64_t n = 1; n <= 5; ++n) {
        AuditLine line{tests::audit("login", tests::kNow + n), n, head.hash, {}};
        line.entry.account = account;
        line.hash = audit_hash(line.entry, n, head.hash);
        head = {n, line.hash};
        lines.push_back(line);
    }
    return lines;
}

core::Result<void> walk(const std::vector<AuditLine>& lines, const AuditHead& head,
                        const std::optional<AccountId>& account) {
    AuditWalk walk(account);
    for (const AuditLine& line : lines) SPAREKEY_CHECK(walk.next(line));
    return walk.end(head);
}

}  // namespace

TEST_CASE("an audit line's hash is the documented one", "[sync][store][audit]") {
    AuditEntry entry{AccountId{}, 1, "a", "b", "c", "d"};
    Bytes bytes;
    const auto text = [&bytes](std::string_view part) {
        bytes.insert(bytes.end(), part.begin(), part.end());
    };
    text("sparekey audit line 1");
    bytes.insert(bytes.end(), 32, 7);                      // previous
    bytes.insert(bytes.end(), {2, 0, 0, 0, 0, 0, 0, 0});   // n
    bytes.insert(bytes.end(), {16, 0, 0, 0, 0, 0, 0, 0});  // the account's length
    bytes.insert(bytes.end(), 16, 0);                      // account
    bytes.insert(bytes.end(), {1, 0, 0, 0, 0, 0, 0, 0});   // time
    for (const char* const part : {"a", "b", "c", "d"}) {
        bytes.insert(bytes.end(), {1, 0, 0, 0, 0, 0, 0, 0});
        text(part);
    }
    Hash previous;
    previous.fill(7);
    CHECK(audit_hash(entry, 2, previous) == core::sha256(bytes));
}

TEST_CASE("an edited audit line is found", "[sync][store][audit][mutant:audit-line-hash]") {
    tests::SeededRandom random;
    const auto account = AccountId::random(random);
    auto lines = five_lines(account);
    const AuditHead head{5, lines.back().hash};
    REQUIRE(walk(lines, head, account));
    lines[2].entry.detail = R"({"n":2})";
    const auto found = walk(lines, head, account);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == core::ErrorCode::integrity);
}

TEST_CASE("a deleted, moved or foreign audit line is found",
          "[sync][store][audit][mutant:audit-chain-order]") {
    tests::SeededRandom random;
    const auto account = AccountId::random(random);
    const auto whole = five_lines(account);
    const AuditHead head{5, whole.back().hash};
    auto lines = whole;
    SECTION("deleted") {
        lines.erase(lines.begin() + 1);
    }
    SECTION("the first one deleted") {
        lines.erase(lines.begin());
    }
    SECTION("moved") {
        std::swap(lines[1], lines[2]);
    }
    SECTION("twice") {
        lines.insert(lines.begin() + 1, lines[0]);
    }
    SECTION("another account's") {
        lines = five_lines(AccountId::random(random));
    }
    const AuditHead last{head.n, lines.back().hash};
    CHECK_FALSE(walk(lines, last, account));
}

TEST_CASE("a tail that was cut off the audit log is found by its head",
          "[sync][store][audit][mutant:audit-chain-tail]") {
    auto lines = five_lines({});
    const AuditHead head{5, lines.back().hash};
    lines.pop_back();
    CHECK_FALSE(walk(lines, head, {}));
    lines.clear();
    CHECK_FALSE(walk(lines, head, {}));
    CHECK(walk({}, {}, {}));
}

TEST_CASE("audit lines come in order, in pages, each account's and the server's apart",
          "[sync][store][audit]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    CHECK(store->audit_head({}).n == 0);
    for (int i = 0; i < 5; ++i) store->append_audit(tests::audit("login"));
    AuditEntry own = tests::audit("refusal");
    own.account = chain.id;
    const AuditHead head = store->append_audit(own);
    CHECK(head.n == 2);
    CHECK(store->audit_head(chain.id).hash == head.hash);
    CHECK(store->audit_head({}).n == 5);
    const auto page = store->audit({}, 1, 2);
    REQUIRE(page.size() == 2);
    CHECK(page[0].n == 2);
    CHECK(page[1].n == 3);
    CHECK(page[0].entry.detail == R"({"n":1})");
    CHECK(walk(store->audit({}, 0, 100), store->audit_head({}), {}));
    CHECK(walk(store->audit(chain.id, 0, 100), store->audit_head(chain.id), chain.id));
}

TEST_CASE("lines that many append at once make one chain", "[sync][store][audit][parallel]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    const std::size_t writers = std::max<std::size_t>(8, tests::count(64));
    tests::in_parallel(writers, [&](std::size_t) {
        for (int i = 0; i < 4; ++i) store->append_audit(tests::audit("login"));
    });
    const auto lines = store->audit({}, 0, 10 * writers);
    CHECK(lines.size() == 4 * writers);
    CHECK(walk(lines, store->audit_head({}), {}));
}

}  // namespace sparekey::sync
