// Random sequences of everything that can be asked of a store, on the model and on both databases:
// every answer is equal, and so is all that is left at the end.
#include "tests/support/memory_store.h"
#include "tests/sync/store/answers.h"
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>

#include <set>

namespace sparekey::sync {
namespace {

using tests::SeededRandom;

/// What the sequences are about: few of each, so that they meet.
class World {
  public:
    explicit World(SeededRandom& random) : random_(random) {
        for (int i = 0; i < 3; ++i) accounts_.push_back(AccountId::random(random));
        for (int i = 0; i < 6; ++i) records_.push_back(RecordId::random(random));
        for (int i = 0; i < 4; ++i) devices_.push_back(tests::random_device(random));
        for (int i = 0; i < 4; ++i) hashes_.push_back(tests::random_hash(random));
    }
    /// The next operation, on all stores; its answer from the first, once all agree.
    void step(std::span<Store* const> stores);
    const std::vector<AccountId>& accounts() const { return accounts_; }
    std::uint64_t now() const { return now_; }

  private:
    template <class T>
    const T& any(const std::vector<T>& of) {
        return of[random_.below(of.size())];
    }
    Push random_push(Store& model);
    void add_changes(Push& push, Store& model);
    void add_roster(Push& push);
    void add_founding(Push& push);
    Ticket random_ticket();
    Identity random_identity() { return tests::identity(std::to_string(random_.below(4))); }
    std::function<std::string(Store&)> operation(Store& model);
    std::function<std::string(Store&)> account_operation();
    std::function<std::string(Store&)> ticket_operation();

    SeededRandom& random_;
    std::uint64_t now_ = tests::kNow;
    std::vector<AccountId> accounts_;
    std::vector<RecordId> records_;
    std::vector<Device> devices_;
    std::vector<Hash> hashes_;
    std::optional<Push> earlier_;
};

void World::add_changes(Push& push, Store& model) {
    const auto page = model.snapshot(push.account, {}, 1'000'000);
    std::vector<Change> changes;
    std::set<RecordId> used;
    for (std::size_t left = random_.below(4); left > 0; --left) {
        const RecordId id = any(records_);
        if (!used.insert(id).second) continue;
        std::uint64_t version = random_.below(8) == 0 ? random_.below(3) : 1;
        for (const Change& held : page ? page->records : std::vector<Change>()) {
            if (held.id == id && random_.below(10) != 0) version = held.version + 1;
        }
        changes.push_back(
            random_.below(4) == 0
                ? tests::removal(id, version)
                : tests::put(id, version, tests::random_bytes(random_, random_.below(60))));
    }
    const Push whole = tests::push_on(push.account, push.commit.n - 1, push.previous, changes);
    push.commit = whole.commit;
    push.changes = whole.changes;
}

void World::add_roster(Push& push) {
    if (random_.below(4) != 0 && !push.founding) return;
    push.roster.emplace();
    push.roster->slots = tests::random_bytes(random_, random_.below(20));
    push.roster->keyring = tests::random_bytes(random_, 10);
    for (const Device& device : devices_) {
        if (random_.coin()) push.roster->devices.push_back(device);
    }
    push.roster->roster = tests::encode_roster(push.roster->devices);
}

void World::add_founding(Push& push) {
    push.founding.emplace();
    if (random_.coin()) push.founding->identity = random_identity();
    if (random_.below(3) == 0) push.founding->invitation = any(hashes_);
}

Push World::random_push(Store& model) {
    if (earlier_ && random_.below(8) == 0) return *earlier_;
    const AccountId& id = any(accounts_);
    const auto account = model.account(id);
    Push push =
        tests::push_on(id, account ? account->head : 0, account ? account->head_hash : Hash{}, {});
    if (random_.below(12) == 0) push.previous = any(hashes_);
    if (random_.below(12) == 0) push.commit.n += random_.below(2) + 1;
    if (!account || random_.below(20) == 0) add_founding(push);
    add_changes(push, model);
    add_roster(push);
    if (random_.below(6) == 0) push.enrolment = random_ticket();
    if (random_.below(8) == 0) push.quota = {random_.below(5), random_.below(150), 2};
    push.audit = tests::audit("push", now_);
    earlier_ = push;
    return push;
}

Ticket World::random_ticket() {
    constexpr TicketKind kKinds[] = {TicketKind::access_token, TicketKind::enrolment,
                                     TicketKind::spent};
    Ticket made = tests::ticket(kKinds[random_.below(3)], any(hashes_));
    made.expires_ms = now_ + random_.below(2'000);
    if (random_.below(3) != 0) made.account = any(accounts_);
    if (made.account && random_.below(3) != 0) made.device = any(devices_).id;
    made.state = tests::random_bytes(random_, random_.below(8));
    made.revision = random_.below(2);
    return made;
}

std::function<std::string(Store&)> World::account_operation() {
    const AccountId id = any(accounts_);
    const Identity who = random_identity();
    const AuditEntry line = tests::audit("change", now_);
    const bool may = random_.coin();
    const DeviceId device = any(devices_).id;
    const std::uint64_t now = now_;
    const Invitation invitation{any(hashes_), static_cast<std::uint32_t>(random_.below(3)),
                                now_ + random_.below(3'000)};
    switch (random_.below(7)) {
        case 0:
            return [=](Store& store) { return tests::text_of(store.link(id, who, line)); };
        case 1:
            return
                [=](Store& store) { return tests::text_of(store.unlink(id, who.key, may, line)); };
        case 2:
            return [=](Store& store) { return store.logged_in(who.key, now, "x"), "logged in"; };
        case 3:
            return [=](Store& store) { return store.seen(id, device, now), "seen"; };
        case 4:
            return [=](Store& store) { return store.add_invitation(invitation, line), "invited"; };
        case 5:
            return [=](Store& store) {
                const auto owner = store.account_of(who.key);
                return (owner ? owner->text() : "nobody") +
                       std::to_string(store.invitation_is_good(invitation.code, now));
            };
        default:
            return [=](Store& store) { return std::to_string(store.append_audit(line).n); };
    }
}

std::function<std::string(Store&)> World::ticket_operation() {
    const Ticket one = random_ticket();
    const AccountId id = any(accounts_);
    const std::uint64_t now = now_;
    switch (random_.below(7)) {
        case 0:
            return [=](Store& store) { return store.put_ticket(one), "put"; };
        case 1:
            return [=](Store& store) { return tests::text_of(store.put_new_ticket(one, now)); };
        case 2:
            return [=](Store& store) {
                return tests::text_of(store.take_ticket(one.kind, one.key, now));
            };
        case 3:
            return [=](Store& store) { return tests::text_of(store.replace_ticket(one)); };
        case 4:
            return [=](Store& store) {
                return store.remove_tickets_of(id, one.device, one.kind), "removed";
            };
        case 5:
            return [=](Store& store) { return store.sweep_tickets(now), "swept"; };
        default:
            return [=](Store& store) {
                std::string all = tests::text_of(store.ticket(one.kind, one.key, now));
                for (const Ticket& held : store.tickets_of(id, one.kind, now)) {
                    all += "\n" + tests::text_of(held);
                }
                return all;
            };
    }
}

std::function<std::string(Store&)> World::operation(Store& model) {
    now_ += random_.below(30'000);
    switch (random_.below(3)) {
        case 0:
            return account_operation();
        case 1:
            return ticket_operation();
        default: {
            const Push push = random_push(model);
            return [push](Store& store) { return tests::text_of(store.push(push)); };
        }
    }
}

void World::step(std::span<Store* const> stores) {
    const auto run = operation(*stores.front());
    const std::string wanted = run(*stores.front());
    for (Store* const store : stores.subspan(1)) {
        const std::string got = run(*store);
        if (got != wanted) FAIL("wanted: " << wanted << "\ngot: " << got);
    }
}

}  // namespace

TEST_CASE("random sequences have equal answers from the model, SQLite and PostgreSQL",
          "[sync][store][model]") {
    const tests::StoreOnDisk sqlite(tests::StoreKind::sqlite);
    const tests::StoreOnDisk postgres(tests::StoreKind::postgres);
    tests::MemoryStore model;
    const auto one = sqlite.open(), two = postgres.open();
    const std::vector<Store*> stores = {&model, one.get(), two.get()};
    SeededRandom random;
    const std::size_t rounds = tests::count(12);
    std::size_t pushed = 0;
    for (std::size_t round = 0; round < rounds; ++round) {
        World world(random);
        for (int i = 0; i < 120; ++i) world.step(stores);
        for (const AccountId& id : world.accounts()) {
            const std::size_t page_bytes = 1 + random.below(400);
            const std::string wanted = tests::everything_of(model, id, page_bytes);
            CHECK(tests::everything_of(*one, id, page_bytes) == wanted);
            CHECK(tests::everything_of(*two, id, page_bytes) == wanted);
            if (const auto account = model.account(id)) pushed += account->head;
        }
    }
    CHECK(pushed > rounds);
    const std::string lines = tests::text_of(model.audit({}, 0, 100'000));
    CHECK(tests::text_of(one->audit({}, 0, 100'000)) == lines);
    CHECK(tests::text_of(two->audit({}, 0, 100'000)) == lines);
    for (const tests::StoreOnDisk* const disk : {&sqlite, &postgres}) {
        const auto verified = verify_store(*disk->open_database(), tests::commit_reader());
        if (!verified) FAIL(verified.error().message);
    }
}

}  // namespace sparekey::sync
