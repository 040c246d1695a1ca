// What a rotation leaves for the devices that stay, and the names of devices.
#include "core/chain/grant.h"

#include "core/chain/device_name.h"
#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

#include <functional>

namespace sparekey::core {
namespace {

using tests::SeededRandom;
using tests::TestAccount;
using tests::TestDevice;

Keyring keyring_of(std::size_t epochs, SeededRandom& random) {
    Keyring keyring;
    for (std::size_t i = 0; i < epochs; ++i) keyring.epochs.push_back(EpochKey::random(random));
    return keyring;
}

}  // namespace

TEST_CASE("a grant opens for its device, and for its commit, generation and vault only",
          "[core][chain]") {
    SeededRandom random;
    TestAccount account(random);
    account.join(random);
    const TestDevice& device = account.devices()[1];
    Roster roster = account.next_roster();
    ++roster.generation;
    const VaultKey key = VaultKey::random(random);
    const auto grant = make_grant(roster, device.listed(), key, random);
    REQUIRE(grant);
    roster.grants.push_back(*grant);
    const auto opened = open_grant(roster, device.id(), device.box.expose());
    REQUIRE(opened);
    CHECK(equal_constant_time(opened->expose(), key.expose()));

    const auto refused = [&](const std::function<void(Roster&)>& change) {
        Roster other = roster;
        change(other);
        const auto outcome = open_grant(other, device.id(), device.box.expose());
        return !outcome && outcome.error().code == ErrorCode::integrity;
    };
    CHECK(refused([](Roster& other) { ++other.n; }));
    CHECK(refused([](Roster& other) { ++other.generation; }));
    CHECK(refused([](Roster& other) { other.vault.bytes[0] ^= 1; }));
    CHECK(refused([](Roster& other) { other.grants[0].sealed[50] ^= 1; }));
    CHECK_FALSE(open_grant(roster, device.id(), account.devices()[0].box.expose()));
    CHECK(open_grant(roster, account.devices()[0].id(), device.box.expose()).error().code ==
          ErrorCode::not_found);
}

TEST_CASE("a grant that was made for one device does not open as another's", "[core][chain]") {
    SeededRandom random;
    TestAccount account(random);
    account.join(random);
    const TestDevice& device = account.devices()[1];
    Roster roster = account.next_roster();
    Grant grant = *make_grant(roster, device.listed(), VaultKey::random(random), random);
    grant.device = account.devices()[0].id();
    roster.grants.push_back(grant);
    CHECK_FALSE(open_grant(roster, grant.device, device.box.expose()));
}

TEST_CASE("a device's name opens for members, as that device's name only", "[core][chain]") {
    SeededRandom random;
    const VaultId vault = VaultId::random(random);
    const DeviceId device = DeviceId::random(random);
    const Keyring keyring = keyring_of(2, random);
    const auto sealed = seal_device_name(keyring, vault, device, "B\xc3\xbcro", random);
    REQUIRE(sealed);
    CHECK(sealed->size() <= kLongestSealedName);
    CHECK(*open_device_name(keyring, vault, device, *sealed) == "B\xc3\xbcro");
    CHECK_FALSE(open_device_name(keyring, vault, DeviceId::random(random), *sealed));
    CHECK_FALSE(open_device_name(keyring, VaultId::random(random), device, *sealed));
    CHECK_FALSE(open_device_name(keyring_of(2, random), vault, device, *sealed));
    CHECK_FALSE(open_device_name(keyring_of(1, random), vault, device, *sealed));
    for (std::size_t bit = 0; bit < sealed->size() * 8; ++bit) {
        Bytes flipped = *sealed;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE_FALSE(open_device_name(keyring, vault, device, flipped));
    }
}

TEST_CASE("names of every length seal to one size, and none is empty, too long or not text",
          "[core][chain]") {
    SeededRandom random;
    const Keyring keyring = keyring_of(1, random);
    const auto seal = [&](std::string_view name) {
        return seal_device_name(keyring, VaultId{}, DeviceId{}, name, random);
    };
    CHECK(seal("x")->size() == seal(std::string(kLongestDeviceName, 'x'))->size());
    CHECK_FALSE(seal(""));
    CHECK_FALSE(seal(std::string(kLongestDeviceName + 1, 'x')));
    CHECK_FALSE(seal("\xff"));
    CHECK_FALSE(open_device_name(keyring, VaultId{}, DeviceId{}, {}));
}

}  // namespace sparekey::core
