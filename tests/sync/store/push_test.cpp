// What a push decides: heads, versions, quotas, and all that becomes true with it.
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>

namespace sparekey::sync {
namespace {

using tests::Chain;
using tests::put;
using tests::removal;

bool is_refused(const PushOutcome& outcome, PushRefusal why) {
    return !outcome.pushed && outcome.refusal == why;
}

}  // namespace

TEST_CASE("the first commit founds the account, with its identity, roster and audit line",
          "[sync][store][push]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    const Device device = tests::random_device(random);
    Push first = chain.founding({device});
    first.founding->identity = tests::identity("1");
    const PushOutcome outcome = chain.push(first);
    REQUIRE(outcome.pushed);
    CHECK(outcome.pushed->n == 1);
    CHECK_FALSE(outcome.pushed->repeated);
    CHECK(outcome.pushed->audit.n == 1);

    const auto account = store->account(chain.id);
    REQUIRE(account);
    CHECK(account->head == 1);
    CHECK(account->head_hash == first.commit.hash);
    CHECK(account->created_ms == tests::kNow);
    CHECK(account->roster == tests::encode_roster({device}));
    CHECK(account->slots == Bytes{2, 2});
    CHECK(account->keyring == Bytes{3, 3});
    CHECK(store->account_of({"https://id.test", "1"}) == chain.id);
    CHECK(store->identities(chain.id).size() == 1);
    CHECK(store->devices(chain.id).size() == 1);
    CHECK(store->device(chain.id, device.id)->receiving_key == device.receiving_key);
    CHECK(store->accounts().size() == 1);
}

TEST_CASE("a commit that does not follow the head is told where the head is",
          "[sync][store][push][mutant:push-follows-head]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    SECTION("on an account that is not there") {
        Push stray = chain.next();
        CHECK(is_refused(store->push(stray), PushRefusal::behind));
        stray.founding.emplace();
        stray.previous = tests::random_hash(random);
        CHECK(is_refused(store->push(stray), PushRefusal::behind));
        stray = tests::push_on(chain.id, 1, {}, {});
        stray.founding.emplace();
        CHECK(is_refused(store->push(stray), PushRefusal::behind));
        CHECK_FALSE(store->account(chain.id));
    }
    SECTION("on one that is") {
        REQUIRE(chain.found().pushed);
        for (const Push& wrong :
             {tests::push_on(chain.id, 0, {}, {put(RecordId::random(random), 1, {1})}),
              tests::push_on(chain.id, 2, chain.hash, {}),
              tests::push_on(chain.id, 1, tests::random_hash(random), {})}) {
            const PushOutcome outcome = store->push(wrong);
            CHECK(is_refused(outcome, PushRefusal::behind));
            CHECK(outcome.head == 1);
            CHECK(outcome.head_hash == chain.hash);
        }
        CHECK(store->account(chain.id)->head == 1);
        CHECK(store->audit_head(chain.id).n == 1);
    }
}

TEST_CASE("the same commit again gets the first answer, and stores nothing",
          "[sync][store][push]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    Push first = chain.founding();
    first.founding->identity = tests::identity("1");
    REQUIRE(chain.push(first).pushed);
    const auto id = RecordId::random(random);
    const Push second = chain.next({put(id, 1, {1, 2, 3})});
    const PushOutcome answer = chain.push(second);
    REQUIRE(answer.pushed);
    REQUIRE(chain.push(chain.next({put(id, 2, {4})})).pushed);
    for (const Push* const push : std::initializer_list<const Push*>{&first, &second}) {
        const PushOutcome again = store->push(*push);
        REQUIRE(again.pushed);
        CHECK(again.pushed->repeated);
        CHECK(again.pushed->n == push->commit.n);
        CHECK(again.pushed->hash == push->commit.hash);
    }
    CHECK(store->push(second).pushed->audit.hash == answer.pushed->audit.hash);
    CHECK(store->account(chain.id)->head == 3);
    CHECK(store->audit_head(chain.id).n == 3);
    // Another commit of the same number is another commit.
    Push other = second;
    other.commit.hash = tests::random_hash(random);
    CHECK(is_refused(store->push(other), PushRefusal::behind));
}

TEST_CASE("a record's version is its last plus one, or any from one on if it is absent",
          "[sync][store][push][mutant:record-version]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    const auto id = RecordId::random(random);
    CHECK(is_refused(store->push(chain.next({put(id, 0, {1})})), PushRefusal::version));
    REQUIRE(chain.push(chain.next({put(id, 7, {1})})).pushed);
    for (const std::uint64_t wrong : {6U, 7U, 9U}) {
        CHECK(is_refused(store->push(chain.next({put(id, wrong, {2})})), PushRefusal::version));
        CHECK(is_refused(store->push(chain.next({removal(id, wrong)})), PushRefusal::version));
    }
    REQUIRE(chain.push(chain.next({put(id, 8, {2, 2})})).pushed);
    CHECK(store->account(chain.id)->usage.bytes == 2);
    REQUIRE(chain.push(chain.next({removal(id, 9)})).pushed);
    CHECK(store->account(chain.id)->usage.records == 0);
    CHECK(store->account(chain.id)->usage.bytes == 0);
    constexpr std::uint64_t kLast = ~std::uint64_t{0};
    REQUIRE(chain.push(chain.next({put(id, kLast, {3})})).pushed);
    CHECK(store->snapshot(chain.id, {}, 1000)->records.at(0).version == kLast);
    // The version after the last is none.
    CHECK(is_refused(store->push(chain.next({put(id, 0, {4})})), PushRefusal::version));
}

TEST_CASE("a refused push leaves nothing behind, even where a part of it was good",
          "[sync][store][push][mutant:savepoint-undone]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found({tests::random_device(random)}).pushed);
    const Bytes roster = store->account(chain.id)->roster;
    const auto good = RecordId::random(random);
    Push push = chain.next({put(good, 1, {1}), put(RecordId::random(random), 0, {1})});
    push.roster = Push::Roster{{9}, {9}, {9}, {}};
    CHECK(is_refused(store->push(push), PushRefusal::version));
    CHECK(store->snapshot(chain.id, {}, 1000)->records.empty());
    CHECK(store->account(chain.id)->roster == roster);
    CHECK_FALSE(store->devices(chain.id).at(0).revoked_ms);
    CHECK(store->audit_head(chain.id).n == 1);
}

TEST_CASE("quotas of records and bytes hold; who is beyond may shrink",
          "[sync][store][push][mutant:push-quota]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    const auto a = RecordId::random(random), b = RecordId::random(random);
    Push push = chain.next({put(a, 1, Bytes(10)), put(b, 1, Bytes(10))});
    push.quota = {1, 1000, 1};
    CHECK(is_refused(store->push(push), PushRefusal::quota));
    push.quota = {2, 19, 1};
    CHECK(is_refused(store->push(push), PushRefusal::quota));
    push.quota = {2, 20, 1};
    REQUIRE(chain.push(push).pushed);
    push = chain.next({removal(a, 2)});
    push.quota = {0, 5, 0};
    REQUIRE(chain.push(push).pushed);
    push = chain.next({put(b, 2, Bytes(10))});
    push.quota = {0, 5, 0};
    REQUIRE(chain.push(push).pushed);
    CHECK(store->account(chain.id)->usage.bytes == 10);
}

TEST_CASE("the number of devices is held to its quota",
          "[sync][store][push][mutant:device-quota]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    const std::vector<Device> devices = {tests::random_device(random),
                                         tests::random_device(random)};
    Push first = chain.founding(devices);
    first.quota.devices = 1;
    CHECK(is_refused(store->push(first), PushRefusal::quota));
    CHECK_FALSE(store->account(chain.id));
    first.quota.devices = 2;
    CHECK(chain.push(first).pushed);
}

TEST_CASE("a roster replaces the devices; who is left out is revoked and its tickets die",
          "[sync][store][push][mutant:roster-revokes][mutant:revocation-kills-tickets]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    const Device stays = tests::random_device(random), goes = tests::random_device(random);
    REQUIRE(chain.found({stays, goes}).pushed);
    std::vector<Hash> keys;
    for (const Device& device : {stays, goes}) {
        // A kind that no guard at reading protects.
        Ticket held = tests::ticket(TicketKind::enrolment, tests::random_hash(random));
        held.account = chain.id;
        held.device = device.id;
        keys.push_back(held.key);
        store->put_ticket(held);
    }
    Push push = chain.next();
    push.audit.at_ms = tests::kNow + 5;
    Device later = stays;
    later.added_ms = tests::kNow + 77;
    push.roster = Push::Roster{{4}, {5}, {6}, {later}};
    REQUIRE(chain.push(push).pushed);
    CHECK(store->device(chain.id, goes.id)->revoked_ms == tests::kNow + 5);
    CHECK_FALSE(store->device(chain.id, stays.id)->revoked_ms);
    CHECK(store->device(chain.id, stays.id)->added_ms == tests::kNow);
    CHECK(store->ticket(TicketKind::enrolment, keys[0], tests::kNow));
    CHECK_FALSE(store->ticket(TicketKind::enrolment, keys[1], tests::kNow));
    // Listed again, it is a device again, from now on.
    push = chain.next();
    Device back = goes;
    back.added_ms = tests::kNow + 9;
    push.roster = Push::Roster{{4}, {5}, {6}, {stays, back}};
    REQUIRE(chain.push(push).pushed);
    CHECK_FALSE(store->device(chain.id, goes.id)->revoked_ms);
    CHECK(store->device(chain.id, goes.id)->added_ms == tests::kNow + 9);
}

TEST_CASE("a ticket that was put while its device was revoked is not given out",
          "[sync][store][tickets][mutant:revoked-device-ticket]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    const Device goes = tests::random_device(random);
    REQUIRE(chain.found({goes}).pushed);
    Push push = chain.next();
    push.roster = Push::Roster{{4}, {5}, {6}, {}};
    REQUIRE(chain.push(push).pushed);
    Ticket late = tests::ticket(TicketKind::access_token, tests::random_hash(random));
    late.account = chain.id;
    late.device = goes.id;
    store->put_ticket(late);
    CHECK_FALSE(store->ticket(late.kind, late.key, tests::kNow));
    CHECK_FALSE(store->take_ticket(late.kind, late.key, tests::kNow));
    CHECK(store->tickets_of(chain.id, late.kind, tests::kNow).empty());
    // Its way back in is not barred.
    late.kind = TicketKind::enrolment_token;
    store->put_ticket(late);
    CHECK(store->ticket(late.kind, late.key, tests::kNow));
}

TEST_CASE("an enrolment is used up by the commit that it allows",
          "[sync][store][push][mutant:enrolment-consumed]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    Ticket enrolment = tests::ticket(TicketKind::enrolment, tests::random_hash(random));
    store->put_ticket(enrolment);
    REQUIRE(store->replace_ticket(enrolment));  // revision 1 from now on
    Push first = chain.founding();
    first.enrolment = enrolment;
    CHECK(is_refused(store->push(first), PushRefusal::enrolment_gone));
    first.enrolment->revision = 1;
    first.audit.at_ms = enrolment.expires_ms;
    CHECK(is_refused(store->push(first), PushRefusal::enrolment_gone));
    CHECK(store->ticket(enrolment.kind, enrolment.key, tests::kNow));
    first.audit.at_ms = tests::kNow;
    REQUIRE(chain.push(first).pushed);
    CHECK_FALSE(store->ticket(enrolment.kind, enrolment.key, tests::kNow));
    Push second = chain.next();
    second.enrolment = first.enrolment;
    CHECK(is_refused(store->push(second), PushRefusal::enrolment_gone));
    CHECK(store->push(first).pushed->repeated);
}

TEST_CASE("an identity founds or joins one account only",
          "[sync][store][push][mutant:identity-unique]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain one(*store, random), two(*store, random);
    Push push = one.founding();
    push.founding->identity = tests::identity("1");
    REQUIRE(one.push(push).pushed);
    push = two.founding();
    push.founding->identity = tests::identity("1");
    CHECK(is_refused(store->push(push), PushRefusal::identity_taken));
    CHECK_FALSE(store->account(two.id));
    // The same subject of another issuer, and a split that only looks the same, are others.
    push.founding->identity = tests::identity("1", "https://id.test1");
    REQUIRE(two.push(push).pushed);
    const auto taken = store->link(two.id, tests::identity("1"), tests::audit("link"));
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == core::ErrorCode::conflict);
    CHECK(store->audit_head(two.id).n == 1);
}

TEST_CASE("of a hundred that push at once on one head, the chain keeps each once, without a gap",
          "[sync][store][push][parallel]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    const std::size_t pushers = std::max<std::size_t>(8, tests::count(100));
    std::vector<RecordId> ids;
    for (std::size_t i = 0; i < pushers; ++i) ids.push_back(RecordId::random(random));
    tests::in_parallel(pushers, [&](std::size_t i) {
        std::uint64_t head = 1;
        Hash hash = chain.hash;
        for (;;) {
            const PushOutcome outcome =
                store->push(tests::push_on(chain.id, head, hash, {put(ids[i], 1, Bytes(100))}));
            if (outcome.pushed) return;
            head = outcome.head;
            hash = outcome.head_hash;
        }
    });
    const auto page = store->pull(chain.id, 0, 100'000'000);
    REQUIRE(page->commits.size() == pushers + 1);
    Hash previous{};
    for (std::size_t i = 0; i < page->commits.size(); ++i) {
        const auto content = tests::read_commit(page->commits[i].bytes);
        REQUIRE(content);
        CHECK(content->n == i + 1);
        CHECK(content->previous == previous);
        previous = page->commits[i].hash;
    }
    CHECK(page->blobs.size() == pushers);
    CHECK(store->audit_head(chain.id).n == pushers + 1);
    CHECK(sync::verify_store(*disk.open_database(), tests::commit_reader()));
}

TEST_CASE("two that found the same account at once: one does, the other is behind",
          "[sync][store][push][parallel]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    const std::size_t rounds = tests::count(50);
    for (std::size_t round = 0; round < rounds; ++round) {
        Chain chain(*store, random);
        std::atomic<int> founded = 0, behind = 0;
        tests::in_parallel(4, [&](std::size_t i) {
            Push push = chain.founding();
            push.commit.hash[0] = static_cast<std::uint8_t>(i);
            const PushOutcome outcome = store->push(push);
            if (outcome.pushed) ++founded;
            if (!outcome.pushed && outcome.head == 1) ++behind;
        });
        REQUIRE(founded == 1);
        REQUIRE(behind == 3);
    }
}

TEST_CASE("an invitation for n is used n times by two hundred who come at once",
          "[sync][store][push][parallel][mutant:invitation-used]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    const Invitation invitation{tests::random_hash(random), 7, tests::kNow + 1000};
    store->add_invitation(invitation, tests::audit("invite"));
    CHECK(store->invitation_is_good(invitation.code, tests::kNow));
    CHECK_FALSE(store->invitation_is_good(invitation.code, tests::kNow + 1000));
    const std::size_t takers = std::max<std::size_t>(16, tests::count(200));
    std::vector<Push> pushes;
    for (std::size_t i = 0; i < takers; ++i) {
        Push push = Chain(*store, random).founding();
        push.founding->invitation = invitation.code;
        pushes.push_back(push);
    }
    std::atomic<std::size_t> founded = 0, refused = 0;
    tests::in_parallel(takers, [&](std::size_t i) {
        const PushOutcome outcome = store->push(pushes[i]);
        if (outcome.pushed) ++founded;
        if (is_refused(outcome, PushRefusal::invitation)) ++refused;
    });
    CHECK(founded == 7);
    CHECK(refused == takers - 7);
    CHECK(store->accounts().size() == 7);
    CHECK_FALSE(store->invitation_is_good(invitation.code, tests::kNow));
}

TEST_CASE("the last commit with a roster before another is found", "[sync][store][push]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    REQUIRE(chain.push(chain.next()).pushed);
    REQUIRE(chain.push(chain.next()).pushed);
    CHECK(store->roster_commit_before(chain.id, 3)->n == 1);
    CHECK(store->roster_commit_before(chain.id, 2)->n == 1);
    CHECK_FALSE(store->roster_commit_before(chain.id, 1));
    CHECK_FALSE(store->roster_commit_before(AccountId::random(random), 3));
}

}  // namespace sparekey::sync
