// The account's slots as a server hands them out, held against the roster.
#include "core/chain/account_slots.h"

#include "core/codec/codec.h"
#include "core/crypto/hash.h"
#include "core/vault/slots.h"
#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

using tests::SeededRandom;
using tests::TestAccount;

/// A vault with a password slot (never opened here, so its cost is only a number) and a recovery
/// code, and the roster that names them.
struct Slotted {
    SeededRandom random;
    TestAccount account{random};
    KeySlots local;
    Roster roster = account.head().roster;

    Slotted() {
        local.vault = roster.vault;
        local.policy = kKdfDefault;
        local.secret_key = SecretBytes::copy_of(Bytes(kSecretKeySize, 0x5a));
        local.sealed_device = Bytes(200, 0xa5);
        add(SlotKind::recovery, {});
        add(SlotKind::password, kKdfDefault);
        REQUIRE(describe_slots(roster, AccountSlots::of(local)));
    }
    void add(SlotKind kind, const KdfCost& cost) {
        KeySlot slot;
        slot.id = SlotId::random(random);
        slot.kind = kind;
        slot.cost = cost;
        slot.opener = random.bytes<32>();
        slot.wrapped_key = Bytes(72, 1);
        local.slots.push_back(slot);
    }
    /// What the server says, under a roster whose hash is of just that.
    Result<AccountSlots> served(AccountSlots slots) {
        const Bytes bytes = encode(slots);
        Roster named = roster;
        named.slots = sha256(bytes);
        return accept_slots(named, bytes);
    }
};

bool contains(ByteView bytes, ByteView part) {
    return std::search(bytes.begin(), bytes.end(), part.begin(), part.end()) != bytes.end();
}

}  // namespace

TEST_CASE("the slots that a roster names are accepted, and well-formed in it", "[core][chain]") {
    Slotted made;
    CHECK(is_well_formed(made.roster));
    const Bytes bytes = encode(AccountSlots::of(made.local));
    const auto slots = accept_slots(made.roster, bytes);
    REQUIRE(slots);
    CHECK(encode(*slots) == bytes);
}

TEST_CASE("what is synced of the slots holds neither Secret Key nor device secrets",
          "[core][chain]") {
    const Slotted made;
    const Bytes local = encode(made.local);
    const Bytes synced = encode(AccountSlots::of(made.local));
    CHECK(contains(local, made.local.secret_key.expose()));
    CHECK_FALSE(contains(synced, made.local.secret_key.expose()));
    CHECK_FALSE(contains(synced, made.local.sealed_device));
    CHECK(std::equal(synced.begin(), synced.end(), local.begin()));
}

TEST_CASE("other slots than the roster names are refused", "[core][chain][mutant:slots-hash]") {
    Slotted made;
    AccountSlots older = AccountSlots::of(made.local);
    older.slots[0].created_ms += 1;
    const auto refused = accept_slots(made.roster, encode(older));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::integrity);
}

TEST_CASE("a password slot below the pins or above the ceiling is refused",
          "[core][chain][mutant:slots-cost]") {
    Slotted made;
    for (const KdfCost& cost :
         {KdfCost{kKdfDefault.memory - 1024, 3}, KdfCost{kKdfDefault.memory, 2}, KdfCost{},
          KdfCost{kKdfCeiling.memory * 2, 3}, KdfCost{kKdfDefault.memory, 17}}) {
        AccountSlots slots = AccountSlots::of(made.local);
        slots.slots[1].cost = cost;
        CHECK_FALSE(made.served(slots));
    }
    CHECK(made.served(AccountSlots::of(made.local)));
}

TEST_CASE("slots whose openers are not the roster's are refused",
          "[core][chain][mutant:slots-openers]") {
    Slotted made;
    AccountSlots slots = AccountSlots::of(made.local);
    slots.slots[0].opener[0] ^= 1;
    CHECK_FALSE(made.served(slots));
    slots = AccountSlots::of(made.local);
    slots.slots.pop_back();
    CHECK_FALSE(made.served(slots));
}

TEST_CASE("slots of another generation are refused", "[core][chain][mutant:slots-generation]") {
    Slotted made;
    AccountSlots slots = AccountSlots::of(made.local);
    slots.slots[1].generation = 2;
    CHECK_FALSE(made.served(slots));
    slots = AccountSlots::of(made.local);
    slots.generation = 2;
    CHECK_FALSE(made.served(slots));
}

TEST_CASE("slots of another vault are refused", "[core][chain][mutant:slots-vault]") {
    Slotted made;
    AccountSlots slots = AccountSlots::of(made.local);
    slots.vault.bytes[0] ^= 1;
    CHECK_FALSE(made.served(slots));
}

TEST_CASE("another keyring than the roster names is refused",
          "[core][chain][mutant:keyring-hash]") {
    Slotted made;
    const Bytes keyring(300, 9);
    made.roster.keyring = sha256(keyring);
    CHECK(check_keyring(made.roster, keyring));
    const auto refused = check_keyring(made.roster, Bytes(300, 8));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::integrity);
}

}  // namespace sparekey::core
