// What a key derivation may cost, on the way in: too much is refused unpaid, too little is raised.
#include "core/codec/codec.h"
#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <iostream>

namespace sparekey::storage {
namespace {

const core::KdfCost kOld{std::uint64_t{8} << 20, 1};

core::Credential password(std::string_view text) {
    return {core::SlotKind::password, core::SecretBytes::copy_of(core::bytes_of(text))};
}

/// A password slot as docs/CRYPTO.md has it, at a cost that make_slot() no longer makes.
core::KeySlot old_slot(const OpenedFolder& folder, std::string_view text, core::Random& random) {
    const core::KeySlots& slots = folder.key_slots();
    core::KeySlot slot;
    slot.id = core::SlotId::random(random);
    slot.generation = slots.generation;
    slot.cost = kOld;
    random.fill(slot.salt);
    slot.opener = slots.slots.front().opener;
    std::array<std::uint8_t, 32> stretched{};
    REQUIRE(core::argon2id(core::bytes_of(text), slot.salt, slot.cost, stretched));
    core::Bytes material(stretched.begin(), stretched.end());
    const core::ByteView secret_key = slots.secret_key.expose();
    material.insert(material.end(), secret_key.begin(), secret_key.end());
    core::Bytes salt(slots.vault.bytes.begin(), slots.vault.bytes.end());
    salt.insert(salt.end(), slot.id.bytes.begin(), slot.id.bytes.end());
    std::array<std::uint8_t, 64> keys{};
    core::hkdf_sha256(material, salt, core::bytes_of("sparekey/v1/slot/password"), keys);
    std::copy(keys.begin() + 32, keys.end(), slot.commitment.begin());
    slot.wrapped_key = core::aead::seal(std::span(keys).first<32>(), folder.vault_key().expose(),
                                        core::encode_slot_context(slots.vault, slot), random);
    return slot;
}

core::Result<std::unique_ptr<OpenedFolder>> open_by(const tests::FolderOnDisk& disk,
                                                    std::string_view text) {
    tests::SeededRandom random;
    return OpenedFolder::open(disk.paths(), password(text), {}, 1'700'000'000'000, random);
}

const core::KeySlot& slot_opened(const OpenedFolder& folder) {
    for (const core::KeySlot& slot : folder.key_slots().slots) {
        if (slot.id == folder.opened_by()) return slot;
    }
    throw std::runtime_error("the slot that opened the folder is not in it");
}

/// A sanitizer alone takes nearly 80 MiB; the least of what would be taken is 64 MiB more.
#ifdef SPAREKEY_SANITIZED
constexpr long kMostPeak_kib = 128 * 1024;
#else
constexpr long kMostPeak_kib = 64 * 1024;
#endif

}  // namespace

TEST_CASE("a slot below the floor opens once and is at the floor then", "[storage][slots]") {
    const tests::FolderOnDisk disk;
    tests::SeededRandom random;
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        core::KeySlots slots = (*folder)->key_slots().clone();
        slots.slots.push_back(old_slot(**folder, "an old one", random));
        (*folder)->replace_key_slots(std::move(slots));
    }
    {
        const auto by_code = disk.open();
        REQUIRE(by_code);
        CHECK((*by_code)->key_slots().slots.back().cost == kOld);  // only its password raises it
    }
    core::SlotId raised;
    {
        const auto opened = open_by(disk, "an old one");
        REQUIRE(opened);
        CHECK(slot_opened(**opened).cost == core::kKdfFloor);
        raised = (*opened)->opened_by();
    }
    const auto again = open_by(disk, "an old one");
    REQUIRE(again);
    CHECK((*again)->opened_by() == raised);
    CHECK((*again)->key_slots().slots.size() == 3);
}

TEST_CASE("a slot below the vault's policy is raised to it, and no other is", "[storage][slots]") {
    const tests::FolderOnDisk disk;
    const core::KdfCost policy{std::uint64_t{64} << 20, 4};
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        core::KeySlots slots = (*folder)->key_slots().clone();
        slots.policy = policy;
        tests::SeededRandom random;
        auto second =
            core::make_slot(slots.vault, (*folder)->vault_key(), slots.generation,
                            password("second"), slots.secret_key, core::kKdfFloor, 1, random);
        REQUIRE(second);
        slots.slots.push_back(std::move(*second));
        (*folder)->replace_key_slots(std::move(slots));
    }
    const auto opened = open_by(disk, "second");
    REQUIRE(opened);
    CHECK(slot_opened(**opened).cost == policy);
    CHECK((*opened)->key_slots().slots.front().cost == core::kKdfFloor);
    CHECK((*opened)->key_slots().policy == policy);
}

TEST_CASE("absurd costs in keyslots are refused before they take memory", "[storage][slots]") {
    const core::KdfCost costs[] = {{std::uint64_t{1} << 40, 3},
                                   {std::uint64_t{2} << 30, 1},
                                   {std::uint64_t{64} << 20, 0xffffffff},
                                   {~std::uint64_t{0}, 0xffffffff},
                                   {8192, 1},
                                   {std::uint64_t{64} << 20, 0},
                                   {(std::uint64_t{64} << 20) + 1, 3}};
    for (const core::KdfCost& cost : costs) {
        const tests::FolderOnDisk disk;
        {
            const auto folder = disk.open();
            REQUIRE(folder);
            core::KeySlots slots = (*folder)->key_slots().clone();
            slots.slots.front().cost = cost;
            (*folder)->replace_key_slots(std::move(slots));
        }
        // A program of its own, so that its memory is its own.
        const auto start = std::chrono::steady_clock::now();
        const tests::Outcome refused = disk.home().run({"unlock"});
        const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - start);
        CHECK(refused.status == 8);
        CHECK(refused.peak_kib < kMostPeak_kib);
        std::cout << "a cost of " << cost.memory << " bytes, " << cost.passes
                  << " passes: refused in " << taken.count() << " us, " << refused.peak_kib
                  << " KiB\n";
    }
}

TEST_CASE("an older keyslots put back is refused", "[storage][slots][mutant:keyslots-freshness]") {
    const tests::FolderOnDisk disk;
    const std::string path = disk.paths().vault + "/keyslots";
    const std::string database = disk.paths().vault + "/vault.db";
    const std::string older = tests::read_text(path);
    const std::string older_database = tests::read_text(database);
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        tests::SeededRandom random;
        core::KeySlots slots = (*folder)->key_slots().clone();
        auto second =
            core::make_slot(slots.vault, (*folder)->vault_key(), slots.generation,
                            password("second"), slots.secret_key, core::kKdfFloor, 1, random);
        REQUIRE(second);
        slots.slots.push_back(std::move(*second));
        (*folder)->replace_key_slots(std::move(slots));
    }
    const std::string newer = tests::read_text(path);
    tests::write_text(path, older);
    const auto refused = disk.open();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == core::ErrorCode::integrity);
    // Nor with the database of then: the sidecar knows that there was a change.
    const std::string newer_database = tests::read_text(database);
    tests::write_text(database, older_database);
    CHECK_FALSE(disk.open());
    tests::write_text(database, newer_database);
    tests::write_text(path, newer);
    CHECK(disk.open());
}

}  // namespace sparekey::storage
