// Key slots and the keyslots file: what opens, what does not, and what was tampered with.
#include "core/vault/key_slots_file.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <iostream>

namespace sparekey::core {
namespace {

using tests::SeededRandom;

constexpr KdfCost kCheap{std::uint64_t{64} << 20, 3};

Credential password(std::string_view text) {
    return {SlotKind::password, SecretBytes::copy_of(bytes_of(text))};
}
Credential recovery(std::uint8_t fill) {
    Credential credential{SlotKind::recovery, SecretBytes(kSecretKeySize)};
    for (std::uint8_t& byte : credential.bytes.expose_mutable()) byte = fill;
    return credential;
}

struct Made {
    VaultKey key;
    KeySlots slots;
};

/// One slot for each of `credentials`.
Made make(std::initializer_list<const Credential*> credentials, SeededRandom& random) {
    Made made{VaultKey::random(random), {}};
    made.slots.vault = VaultId::random(random);
    made.slots.policy = kCheap;
    made.slots.secret_key = SecretBytes(kSecretKeySize);
    random.fill(made.slots.secret_key.expose_mutable());
    for (const Credential* credential : credentials) {
        auto slot = make_slot(made.slots.vault, made.key, 1, *credential, made.slots.secret_key,
                              kCheap, 1'700'000'000'000, random);
        REQUIRE(slot);
        made.slots.slots.push_back(std::move(*slot));
    }
    const DeviceSecrets device{DatabaseKey::random(random), SigningSeed::random(random),
                               BoxSeed::random(random)};
    made.slots.sealed_device = seal_device_secrets(made.key, made.slots, device, random);
    return made;
}

bool opens(const KeySlots& slots, const Credential& credential, const VaultKey& key) {
    const auto opened = open_slots(slots, credential);
    return opened && equal_constant_time(opened->key.expose(), key.expose());
}

}  // namespace

TEST_CASE("each credential opens its own slot and no other", "[core][slots]") {
    SeededRandom random;
    const Credential word = password("pass\xc3\xa9");
    const Credential code = recovery(7);
    Credential file{SlotKind::key_file, SecretBytes(100)};
    const Made made = make({&word, &code, &file}, random);
    CHECK(opens(made.slots, word, made.key));
    CHECK(opens(made.slots, password("passe\xcc\x81"), made.key));  // the same text, decomposed
    CHECK(opens(made.slots, code, made.key));
    CHECK(opens(made.slots, file, made.key));
    for (const Credential& wrong :
         {password("passe"), recovery(8), Credential{SlotKind::key_file, SecretBytes(99)}}) {
        const auto refused = open_slots(made.slots, wrong);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::locked);
    }
    KeySlots other = made.slots.clone();
    other.secret_key.expose_mutable()[0] ^= 1;
    CHECK_FALSE(open_slots(other, word));
    CHECK(opens(other, code, made.key));
}

TEST_CASE("a slot is made at the floor or above, never below", "[core][slots]") {
    SeededRandom random;
    const VaultKey key = VaultKey::random(random);
    const SecretBytes secret(kSecretKeySize);
    for (const KdfCost& cost : {KdfCost{std::uint64_t{32} << 20, 3}, KdfCost{kCheap.memory, 2},
                                KdfCost{std::uint64_t{2} << 30, 3}}) {
        const auto slot = make_slot(VaultId{}, key, 1, password("x"), secret, cost, 1, random);
        REQUIRE_FALSE(slot);
        CHECK(slot.error().code == ErrorCode::usage);
    }
    CHECK_FALSE(make_slot(VaultId{}, key, 1, password(""), secret, kCheap, 1, random));
    CHECK_FALSE(make_slot(VaultId{}, key, 1, {SlotKind::key_file, SecretBytes(31)}, secret, kCheap,
                          1, random));
}

TEST_CASE("one slot with an absurd cost refuses the whole file, whatever opens it",
          "[core][slots][mutant:slot-costs]") {
    SeededRandom random;
    const Credential word = password("x");
    const Credential code = recovery(1);
    Made made = make({&word, &code}, random);
    made.slots.slots[0].cost = {std::uint64_t{1} << 40, 3};
    const auto refused = open_slots(made.slots, code);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::integrity);
}

TEST_CASE("a slot whose commitment is not its key's is refused",
          "[core][slots][mutant:slot-commitment]") {
    SeededRandom random;
    const Credential code = recovery(1);
    Made made = make({&code}, random);
    made.slots.slots[0].commitment[5] ^= 1;
    CHECK_FALSE(open_slots(made.slots, code));
}

TEST_CASE("every part of a slot that is not secret is bound to it", "[core][slots]") {
    SeededRandom random;
    const Credential code = recovery(1);
    const Made made = make({&code}, random);
    const auto refused = [&](auto change) {
        KeySlots changed = made.slots.clone();
        change(changed);
        return !open_slots(changed, code);
    };
    CHECK(refused([](KeySlots& s) { s.vault.bytes[0] ^= 1; }));
    CHECK(refused([](KeySlots& s) { s.slots[0].id.bytes[0] ^= 1; }));
    CHECK(refused([](KeySlots& s) { s.slots[0].kind = SlotKind::key_file; }));
    CHECK(refused([](KeySlots& s) { s.slots[0].generation = 2; }));
    CHECK(refused([](KeySlots& s) { s.slots[0].salt[0] ^= 1; }));
    CHECK(refused([](KeySlots& s) { s.slots[0].cost.passes ^= 1; }));
    CHECK(refused([](KeySlots& s) { s.slots[0].opener[0] ^= 1; }));
    CHECK(refused([](KeySlots& s) { s.slots[0].wrapped_key[40] ^= 1; }));
    CHECK_FALSE(refused([](KeySlots&) {}));
}

TEST_CASE("every flipped bit of the keyslots file is noticed without the key",
          "[core][slots][damage]") {
    SeededRandom random;
    const Credential code = recovery(1);
    const Made made = make({&code}, random);
    const Bytes file = write_key_slots_file(made.slots, made.key);
    REQUIRE(read_key_slots_file(file));
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        Bytes flipped = file;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE_FALSE(read_key_slots_file(flipped));
    }
    for (std::size_t size = 0; size < file.size(); ++size) {
        REQUIRE_FALSE(read_key_slots_file(ByteView(file).first(size)));
    }
    std::cout << "keyslots: " << file.size() * 8 << " flipped bits, " << file.size() << " cuts\n";
}

TEST_CASE("a keyslots file with a good checksum needs the vault key's MAC too",
          "[core][slots][mutant:keyslots-mac]") {
    SeededRandom random;
    const Credential code = recovery(1);
    Made made = make({&code}, random);
    const auto honest = read_key_slots_file(write_key_slots_file(made.slots, made.key));
    REQUIRE(honest);
    CHECK(verify_key_slots_file(*honest, made.key));
    made.slots.policy.passes = 1;
    const VaultKey other = VaultKey::random(random);
    const auto forged = read_key_slots_file(write_key_slots_file(made.slots, other));
    REQUIRE(forged);
    const auto verified = verify_key_slots_file(*forged, made.key);
    REQUIRE_FALSE(verified);
    CHECK(verified.error().code == ErrorCode::integrity);
}

TEST_CASE("keyring and device secrets open under their vault, generation and label only",
          "[core][slots]") {
    SeededRandom random;
    const Credential code = recovery(1);
    const Made made = make({&code}, random);
    Keyring keyring;
    keyring.account.push_back(SigningSeed::random(random));
    keyring.epochs.push_back(EpochKey::random(random));
    keyring.secret_key = SecretBytes(kSecretKeySize);
    keyring.recovery_code = SecretBytes(kSecretKeySize);
    const VaultId& vault = made.slots.vault;
    const Bytes sealed = seal_keyring(made.key, vault, 3, keyring, random);
    const auto opened = open_keyring(made.key, vault, 3, sealed);
    REQUIRE(opened);
    CHECK(equal_constant_time(opened->id_key.expose(), keyring.id_key.expose()));
    CHECK_FALSE(open_keyring(made.key, vault, 2, sealed));
    CHECK_FALSE(open_keyring(made.key, VaultId{}, 3, sealed));
    CHECK_FALSE(open_keyring(VaultKey::random(random), vault, 3, sealed));
    CHECK_FALSE(open_keyring(made.key, vault, 1, made.slots.sealed_device));
    CHECK(open_device_secrets(made.key, made.slots));
}

}  // namespace sparekey::core
