// The history of an item that is edited very often: what it keeps, and that the oldest of it are
// told by places that the sealed records confirm.
#include "core/vault/history.h"

#include "core/vault/vault.h"
#include "storage/store/record_check.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::storage {
namespace {

class FixedClock final : public core::Clock {
  public:
    std::uint64_t now_ms() const override { return 1'700'000'000'000; }
};

/// A vault whose database a test may change behind it.
struct Edited {
    tests::Home home;
    tests::SeededRandom random;
    std::string path = home.file("vault.db");
    core::DatabaseKey key = core::DatabaseKey::random(random);
    core::VaultId id = core::VaultId::random(random);
    core::DeviceId device = core::DeviceId::random(random);
    core::Keyring keyring;
    FixedClock clock;
    std::unique_ptr<VaultStore> store;

    Edited() {
        keyring.epochs.push_back(core::EpochKey::random(random));
        keyring.id_key = core::IdKey::random(random);
        VaultStore::create(path, key, id, core::bytes_of("keyring"));
        open();
    }
    void open() {
        store.reset();
        store = std::move(VaultStore::open(path, key, id, Workload::normal)).value();
    }
    void tamper(const char* sql) {
        store.reset();
        Database(path, key, Opening::existing, Workload::normal).execute(sql);
        open();
    }
    core::Vault vault() { return {id, device, keyring, *store, clock, random}; }
    core::Result<void> check() {
        core::Vault checked = vault();
        return check_records(checked, *store);
    }

    core::RecordId add() {
        core::ItemPatch patch;
        patch.title = "Busy";
        return vault().add(patch).value().id;
    }
    core::Result<core::Item> edit(const core::RecordId& item, const std::string& username) {
        core::ItemPatch patch;
        patch.username = username;
        core::Vault edited = vault();
        edited.keep_history(10);
        return edited.edit(item, patch);
    }
    /// The replaced user names, newest first.
    std::vector<std::string> replaced(const core::RecordId& item) {
        std::vector<std::string> names;
        const auto lines = vault().history(item).value();
        for (const core::HistoryLine& line : lines) {
            names.emplace_back(line.entry.dot.value.text.expose());
        }
        return names;
    }
};

std::vector<std::string> users(int from, int to) {
    std::vector<std::string> names;
    for (int i = from; i >= to; --i) names.push_back("user" + std::to_string(i));
    return names;
}

}  // namespace

TEST_CASE("an item keeps its newest replaced values and can go on being edited",
          "[storage][history]") {
    Edited made;
    const core::RecordId item = made.add();
    for (int i = 0; i < 25; ++i) REQUIRE(made.edit(item, "user" + std::to_string(i)));
    CHECK(made.replaced(item) == users(23, 14));
    CHECK(made.store->verify());
    CHECK(made.check());
}

TEST_CASE("a history from before places is pruned by its stamps, and has places then",
          "[storage][history]") {
    Edited made;
    const core::RecordId item = made.add();
    for (int i = 0; i < 12; ++i) REQUIRE(made.edit(item, "user" + std::to_string(i)));
    made.tamper("UPDATE records SET place = NULL");
    REQUIRE(made.edit(item, "user12"));
    CHECK(made.replaced(item) == users(11, 2));
    for (const core::Child& child : made.store->children(item, core::RecordType::history)) {
        CHECK_FALSE(child.place.empty());
    }
}

TEST_CASE("a history record whose place is not its stamp's is refused",
          "[storage][history][mutant:history-place]") {
    Edited made;
    const core::RecordId item = made.add();
    for (int i = 0; i < 12; ++i) REQUIRE(made.edit(item, "user" + std::to_string(i)));
    // The newest one says that it is the oldest.
    made.tamper(
        "UPDATE records SET place = zeroblob(29) "
        "WHERE seq = (SELECT max(seq) FROM records)");
    const auto edited = made.edit(item, "user12");
    REQUIRE_FALSE(edited);
    CHECK(edited.error().code == core::ErrorCode::integrity);
    CHECK_FALSE(made.check());
}

TEST_CASE("an attachment in the history stays, however old", "[storage][history]") {
    Edited made;
    const core::RecordId item = made.add();
    const auto attached =
        made.vault().attach(item, "a.txt", [](core::MutableBytes) { return std::size_t{0}; });
    REQUIRE(attached);
    REQUIRE(made.vault().detach(item, "a.txt"));
    for (int i = 0; i < 25; ++i) REQUIRE(made.edit(item, "user" + std::to_string(i)));
    const auto lines = made.vault().history(item);
    REQUIRE(lines);
    CHECK(lines->size() == 11);
    CHECK(lines->back().entry.key.kind == core::FieldKind::attachment);
}

TEST_CASE("places are ordered as stamps are", "[storage][history][property]") {
    tests::SeededRandom random;
    const auto any = [&] {
        core::HistoryEntry entry;
        entry.dot.stamp.at.wall_ms = random.below(3) << (8 * random.below(6));
        entry.dot.stamp.at.counter = static_cast<std::uint32_t>(random.below(3))
                                     << (8 * random.below(4));
        entry.dot.stamp.device.bytes[random.below(entry.dot.stamp.device.bytes.size())] =
            static_cast<std::uint8_t>(random.below(256));
        return entry;
    };
    for (std::size_t i = 0; i < tests::count(20'000); ++i) {
        const core::HistoryEntry left = any(), right = any();
        REQUIRE((core::place_of(left) < core::place_of(right)) ==
                (left.dot.stamp < right.dot.stamp));
    }
}

}  // namespace sparekey::storage
