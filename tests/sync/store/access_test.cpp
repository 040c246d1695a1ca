// Identities, tickets, invitations, devices' times: what decides who gets in.
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>

namespace sparekey::sync {

using tests::Chain;

TEST_CASE("an identity is linked with an audit line, and linked again it is renewed",
          "[sync][store][identities]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    const auto nobody = store->link(chain.id, tests::identity("1"), tests::audit("link"));
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code == core::ErrorCode::not_found);
    REQUIRE(chain.found().pushed);
    REQUIRE(store->link(chain.id, tests::identity("1"), tests::audit("link")));
    Identity renewed = tests::identity("1");
    renewed.display = "another name";
    REQUIRE(store->link(chain.id, renewed, tests::audit("link")));
    REQUIRE(store->identities(chain.id).size() == 1);
    CHECK(store->identities(chain.id)[0].display == "another name");
    store->logged_in(renewed.key, tests::kNow + 3, "a third");
    CHECK(store->identities(chain.id)[0].display == "a third");
    CHECK(store->identities(chain.id)[0].last_login_ms == tests::kNow + 3);
    store->logged_in({"https://id.test", "unknown"}, tests::kNow, "nobody");
    CHECK(store->audit_head(chain.id).n == 3);
    CHECK(store->account_of(renewed.key) == chain.id);
}

TEST_CASE("the last login is unlinked only by who may, and is free for another account then",
          "[sync][store][identities][mutant:last-way-in]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random), other(*store, random);
    REQUIRE(chain.found().pushed);
    REQUIRE(other.found().pushed);
    const IdentityKey one = tests::identity("1").key, two = tests::identity("2").key;
    REQUIRE(store->link(chain.id, tests::identity("1"), tests::audit("link")));
    REQUIRE(store->link(chain.id, tests::identity("2"), tests::audit("link")));
    const auto not_theirs = store->unlink(other.id, one, true, tests::audit("unlink"));
    REQUIRE_FALSE(not_theirs);
    CHECK(not_theirs.error().code == core::ErrorCode::not_found);
    REQUIRE(store->unlink(chain.id, one, false, tests::audit("unlink")));
    const auto last = store->unlink(chain.id, two, false, tests::audit("unlink"));
    REQUIRE_FALSE(last);
    CHECK(last.error().code == core::ErrorCode::conflict);
    REQUIRE(store->unlink(chain.id, two, true, tests::audit("unlink")));
    CHECK_FALSE(store->account_of(two));
    REQUIRE(store->link(other.id, tests::identity("2"), tests::audit("link")));
    CHECK(store->account_of(two) == other.id);
}

TEST_CASE("of two that unlink the last two logins at once, one is refused",
          "[sync][store][identities][parallel]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    const std::size_t rounds = tests::count(50);
    for (std::size_t round = 0; round < rounds; ++round) {
        Chain chain(*store, random);
        REQUIRE(chain.found().pushed);
        const std::string name = chain.id.text();
        for (const char* const subject : {"0", "1"}) {
            REQUIRE(store->link(chain.id, tests::identity(name + subject), tests::audit("link")));
        }
        std::atomic<int> gone = 0;
        tests::in_parallel(2, [&](std::size_t i) {
            const IdentityKey key = tests::identity(name + std::to_string(i)).key;
            if (store->unlink(chain.id, key, false, tests::audit("unlink"))) ++gone;
        });
        REQUIRE(gone == 1);
        REQUIRE(store->identities(chain.id).size() == 1);
    }
}

TEST_CASE("a ticket lives until it expires, is replaced by its revision and swept",
          "[sync][store][tickets]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Ticket held = tests::ticket(TicketKind::login, tests::random_hash(random));
    held.account = AccountId::random(random);
    store->put_ticket(held);
    CHECK(store->ticket(held.kind, held.key, held.expires_ms - 1)->state == held.state);
    CHECK_FALSE(store->ticket(held.kind, held.key, held.expires_ms));
    CHECK_FALSE(store->take_ticket(held.kind, held.key, held.expires_ms));
    CHECK_FALSE(store->ticket(TicketKind::spent, held.key, tests::kNow));
    Ticket changed = held;
    changed.state = {9};
    changed.device = DeviceId::random(random);
    REQUIRE(store->replace_ticket(changed));
    CHECK(store->ticket(held.kind, held.key, tests::kNow)->revision == 1);
    CHECK(store->ticket(held.kind, held.key, tests::kNow)->device == changed.device);
    const auto stale = store->replace_ticket(changed);
    REQUIRE_FALSE(stale);
    CHECK(stale.error().code == core::ErrorCode::conflict);
    CHECK(store->tickets_of(*held.account, held.kind, tests::kNow).size() == 1);
    store->remove_tickets_of(*held.account, DeviceId::random(random), held.kind);
    CHECK(store->tickets_of(*held.account, held.kind, tests::kNow).size() == 1);
    store->sweep_tickets(held.expires_ms - 1);
    CHECK(store->ticket(held.kind, held.key, tests::kNow));
    store->sweep_tickets(held.expires_ms);
    CHECK_FALSE(store->ticket(held.kind, held.key, tests::kNow));
    store->put_ticket(held);
    store->remove_tickets_of(*held.account, {}, held.kind);
    CHECK_FALSE(store->ticket(held.kind, held.key, tests::kNow));
    store->put_ticket(held);
    store->remove_ticket(held.kind, held.key);
    CHECK_FALSE(store->ticket(held.kind, held.key, tests::kNow));
}

TEST_CASE("what may come once is refused the second time, until it has expired",
          "[sync][store][tickets][mutant:ticket-only-once]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    const Ticket spent = tests::ticket(TicketKind::spent, tests::random_hash(random));
    REQUIRE(store->put_new_ticket(spent, tests::kNow));
    const auto again = store->put_new_ticket(spent, tests::kNow);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == core::ErrorCode::conflict);
    Ticket later = spent;
    later.expires_ms += 1000;
    CHECK(store->put_new_ticket(later, spent.expires_ms));
}

TEST_CASE("of two hundred that take a ticket at once, one gets it",
          "[sync][store][tickets][parallel][mutant:ticket-taken-once]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    const Ticket held = tests::ticket(TicketKind::authorization, tests::random_hash(random));
    store->put_ticket(held);
    std::atomic<int> got = 0;
    const std::size_t takers = std::max<std::size_t>(16, tests::count(200));
    tests::in_parallel(takers, [&](std::size_t) {
        if (store->take_ticket(held.kind, held.key, tests::kNow)) ++got;
    });
    CHECK(got == 1);
}

TEST_CASE("of two hundred that spend one assertion at once, one does",
          "[sync][store][tickets][parallel]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    const Ticket spent = tests::ticket(TicketKind::spent, tests::random_hash(random));
    std::atomic<int> got = 0;
    const std::size_t takers = std::max<std::size_t>(16, tests::count(200));
    tests::in_parallel(takers, [&](std::size_t) {
        if (store->put_new_ticket(spent, tests::kNow)) ++got;
    });
    CHECK(got == 1);
}

TEST_CASE("when a device was last seen is known to the minute, and never goes back",
          "[sync][store][devices]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    const Device device = tests::random_device(random);
    REQUIRE(chain.found({device}).pushed);
    const auto seen = [&] { return store->device(chain.id, device.id)->last_seen_ms; };
    store->seen(chain.id, device.id, tests::kNow);
    CHECK(seen() == tests::kNow);
    store->seen(chain.id, device.id, tests::kNow + 59'999);
    store->seen(chain.id, device.id, tests::kNow - 100'000);
    CHECK(seen() == tests::kNow);
    store->seen(chain.id, device.id, tests::kNow + 60'000);
    CHECK(seen() == tests::kNow + 60'000);
    store->seen(chain.id, DeviceId::random(random), tests::kNow);
    CHECK(store->devices(chain.id).size() == 1);
    CHECK_FALSE(store->device(AccountId::random(random), device.id));
}

TEST_CASE("times and counts beyond what SQL orders are kept as the most that it does",
          "[sync][store][tickets]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Ticket for_ever = tests::ticket(TicketKind::login, tests::random_hash(random));
    for_ever.expires_ms = ~std::uint64_t{0};
    for_ever.revision = ~std::uint64_t{0} - 1;
    store->put_ticket(for_ever);
    const auto held = store->ticket(for_ever.kind, for_ever.key, tests::kNow);
    REQUIRE(held);
    CHECK(held->expires_ms == (~std::uint64_t{0} >> 1));
    CHECK(held->revision == for_ever.revision);
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    CHECK(store->pull(chain.id, ~std::uint64_t{0}, 1000)->commits.empty());
    CHECK_FALSE(store->commit(chain.id, ~std::uint64_t{0}));
    CHECK(store->audit(chain.id, ~std::uint64_t{0}, ~std::size_t{0}).empty());
}

}  // namespace sparekey::sync
