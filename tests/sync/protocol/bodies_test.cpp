// The bodies that hold commits, rosters and blobs: one encoding a value, bounded.
#include "sync/protocol/bodies.h"

#include "core/chain/records_check.h"
#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

#include <functional>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using tests::SeededRandom;
using tests::TestAccount;

struct Bodies {
    PushRequest push;
    PushAnswer answer;
    PullPage pull;
    SnapshotPage snapshot;
    OpenedAccount opened;
};

Bodies example(SeededRandom& random) {
    TestAccount account(random);
    while (account.blobs().size() < 3) account.change_records(random);
    const ChainPoint audit{9, random.bytes<32>()};
    const RosterParts parts{Bytes(40, 1), Bytes(50, 2)};
    Bodies made;
    for (const auto& [id, blob] : account.blobs()) {
        made.pull.blobs.push_back({id, *account.tree().version(id), blob});
        made.push.blobs.push_back(blob);
    }
    made.push.commit = account.commits().back();
    made.push.parts = parts;
    made.answer = {account.head().at, audit};
    made.pull.head = account.head().at;
    made.pull.commits = account.commits();
    made.pull.parts = parts;
    made.pull.audit = audit;
    made.snapshot = {account.head().at, made.pull.blobs, true};
    const SignedRoster roster = *core::decode_commit(account.commits()[0].bytes)->new_roster;
    made.opened = {parts, roster, account.commits().back(), roster};
    return made;
}

/// Reads back in every bit, twice to the same bytes; every cut, longer and flipped form is refused
/// or is itself the encoding of what it says.
template <class T>
void holds(const T& value, core::Result<T> (*decode)(ByteView)) {
    const Bytes whole = encode(value);
    const auto decoded = decode(whole);
    REQUIRE(decoded);
    CHECK(*decoded == value);
    CHECK(encode(*decoded) == whole);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto cut = decode(ByteView(whole).first(size));
        REQUIRE_FALSE(cut);
        REQUIRE(cut.error().code == ErrorCode::integrity);
    }
    Bytes longer = whole;
    longer.push_back(0);
    CHECK_FALSE(decode(longer));
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        Bytes flipped = whole;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1 << (bit % 8)));
        const auto other = decode(flipped);
        if (other) REQUIRE(encode(*other) == flipped);
    }
}

}  // namespace

TEST_CASE("each body reads back in every bit, and damaged ones are refused", "[sync][bodies]") {
    SeededRandom random;
    const Bodies made = example(random);
    holds(made.push, decode_push_request);
    holds(made.answer, decode_push_answer);
    holds(made.pull, decode_pull_page);
    holds(made.snapshot, decode_snapshot_page);
    holds(made.opened, decode_opened_account);
    holds(PullPage{}, decode_pull_page);
    holds(OpenedAccount{}, decode_opened_account);
}

TEST_CASE("a page that brings nothing new is small", "[sync][bodies]") {
    CHECK(encode(PullPage{}).size() < 100);
}

TEST_CASE("blobs of a page out of order, twice or without version are refused", "[sync][bodies]") {
    SeededRandom random;
    const auto refused = [&](const std::function<void(std::vector<RecordBlob>&)>& change) {
        Bodies made = example(random);
        change(made.pull.blobs);
        change(made.snapshot.records);
        return !decode_pull_page(encode(made.pull)) && !decode_snapshot_page(encode(made.snapshot));
    };
    CHECK(refused([](auto& blobs) { std::swap(blobs[0], blobs[1]); }));
    CHECK(refused([](auto& blobs) { blobs[1] = blobs[0]; }));
    CHECK(refused([](auto& blobs) { blobs[0].version = 0; }));
    CHECK(refused([](auto& blobs) { blobs[0].version = core::kLargestNumber + 1; }));
}

TEST_CASE("a blob, slots or a keyring beyond their bounds are refused", "[sync][bodies]") {
    PushRequest push;
    push.blobs.assign(1, Bytes(core::kLargestBlob));
    CHECK(decode_push_request(encode(push)));
    push.blobs.assign(1, Bytes(core::kLargestBlob + 1));
    CHECK_FALSE(decode_push_request(encode(push)));
    push.blobs.assign(core::kMostChanges, Bytes());
    CHECK(decode_push_request(encode(push)));
    push.blobs.emplace_back();
    CHECK_FALSE(decode_push_request(encode(push)));
    OpenedAccount opened;
    opened.parts = {Bytes(kLargestSlots), Bytes(kLargestKeyring)};
    CHECK(decode_opened_account(encode(opened)));
    opened.parts = {Bytes(kLargestSlots + 1), {}};
    CHECK_FALSE(decode_opened_account(encode(opened)));
    opened.parts = {{}, Bytes(kLargestKeyring + 1)};
    CHECK_FALSE(decode_opened_account(encode(opened)));
}

TEST_CASE("a push of more than four MiB is refused before it is read", "[sync][bodies]") {
    PushRequest push;
    push.blobs.assign(4, Bytes(core::kLargestBlob));
    CHECK_FALSE(decode_push_request(encode(push)));
    push.blobs.back().resize(core::kLargestBlob - 1024);
    CHECK(decode_push_request(encode(push)));
}

TEST_CASE("a length that no input could hold is refused before anything is allocated",
          "[sync][bodies]") {
    const Bytes most(40, 0xff);
    CHECK_FALSE(decode_push_request(most));
    CHECK_FALSE(decode_opened_account(most));
    Bytes page(47, 0);
    std::fill(page.begin() + 40, page.end(), std::uint8_t{0xff});
    CHECK_FALSE(decode_pull_page(page));
    CHECK_FALSE(decode_snapshot_page(page));
}

}  // namespace sparekey::sync
