// After a rotation the keys wait in the database until `keyslots` is written under them: a process
// that ends in between has lost nothing.
#include "core/replica/new_keys.h"

#include "core/chain/account_slots.h"
#include "core/chain/grant.h"
#include "core/codec/codec.h"
#include "core/replica/rotation.h"
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::storage {
namespace {

core::Roster roster_of(OpenedFolder& folder, const core::Rotation& rotation, core::Random& random) {
    core::Roster roster;
    roster.vault = folder.key_slots().vault;
    roster.n = 7;
    roster.origin = "https://vault.example";
    roster.devices.push_back(core::listed_device(folder.device_secrets(), core::Bytes(8, 1)));
    const auto slots = core::decode_account_slots(rotation.parts.slots);
    REQUIRE(core::describe_slots(roster, *slots));
    roster.grants.push_back(
        *core::make_grant(roster, roster.devices.front(), rotation.key, random));
    return roster;
}

}  // namespace

TEST_CASE("keys that a rotation left are taken at the next opening, and the old ones open no more",
          "[storage][rotation]") {
    tests::FolderOnDisk disk;
    tests::SeededRandom random;
    core::SecretBytes new_code;
    {
        auto folder = *disk.open();
        tests::put_item(*folder, "Mail", "alice");
        const core::AccountSlots slots = core::AccountSlots::of(folder->key_slots());
        const core::RosterParts parts{encode(slots), folder->store().keyring()};
        const core::Rotation rotation =
            *core::make_rotation({slots, folder->keyring(), parts}, {}, 1, random);
        new_code = core::open_keyring(rotation.key, slots.vault, 2, rotation.parts.keyring)
                       ->recovery_code.clone();
        const auto transaction = folder->store().begin_sync();
        core::put_rotation(roster_of(*folder, rotation, random), rotation.parts, *transaction);
        transaction->commit();
        // The process ends here: keyslots are the old ones.
    }
    const auto open_by = [&](const core::SecretBytes& code) {
        return OpenedFolder::open(disk.paths(), {core::SlotKind::recovery, code.clone()}, {}, 1,
                                  random);
    };
    {
        auto folder = disk.open();
        REQUIRE(folder);
        CHECK((*folder)->key_slots().generation == 2);
        CHECK(*tests::username_of(**folder, "Mail") == "alice");
        CHECK_FALSE((*folder)->store().state(core::kRotationKey));
        CHECK_FALSE((*folder)->store().state(core::kSlotsDueKey));
        tests::put_item(**folder, "Bank", "bob");
    }
    const auto old = disk.open();
    REQUIRE(!old);
    CHECK(old.error().code == core::ErrorCode::locked);
    auto folder = open_by(new_code);
    REQUIRE(folder);
    CHECK(*tests::username_of(**folder, "Mail") == "alice");
    CHECK(*tests::username_of(**folder, "Bank") == "bob");
    CHECK((*folder)->keyring().epoch() == 2);
    CHECK(core::equal_constant_time((*folder)->key_slots().secret_key.expose(),
                                    (*folder)->keyring().secret_key.expose()));
}

}  // namespace sparekey::storage
