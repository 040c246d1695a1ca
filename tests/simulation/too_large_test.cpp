// What many devices add to one item apart, each within what an item may hold.
#include "core/model/limits.h"
#include "tests/simulation/lied_to.h"

#include <memory>

namespace sparekey::tests {
namespace {

void write_fields(SimulatedDevice& device, const core::RecordId& item, std::size_t size) {
    core::ItemPatch patch;
    patch.fields.emplace();
    for (const char* name : {"a", "b"}) {
        patch.fields->push_back(
            {device.name() + name, core::SecretText::copy_of(std::string(size, 'x'))});
    }
    REQUIRE(device.vault().edit(item, patch));
}

}  // namespace

TEST_CASE("an item that is too large with what all devices added is named, and can be made less",
          "[simulation]") {
    constexpr std::size_t kDevices = 9;
    Pair pair;
    const core::RecordId& item = pair.items[1];
    std::vector<std::unique_ptr<SimulatedDevice>> devices;
    for (std::size_t at = 0; at < kDevices; ++at) {
        devices.push_back(std::make_unique<SimulatedDevice>(
            pair.keys, std::string(1, static_cast<char>('C' + at)), &pair.time_ms, pair.server,
            pair.random));
        devices.back()->join();
        REQUIRE(*devices.back()->sync());
    }
    pair.time_ms += 1000;
    for (const auto& device : devices) write_fields(*device, item, core::kLongestValue);
    std::size_t refused = 0;
    for (const auto& device : devices) {
        const auto synced = *device->sync();
        if (synced) continue;
        ++refused;
        CHECK(synced.error().code == core::ErrorCode::conflict);
        CHECK(synced.error().message.find(item.text()) != std::string::npos);
        CHECK(device->vault().item(item)->fields.size() == 2);
        write_fields(*device, item, 1);
        REQUIRE(*device->sync());
    }
    CHECK(refused > 0);
    for (const auto& device : devices) {
        REQUIRE(*device->sync());
        CHECK(device->vault().item(item)->fields.size() == 2 * kDevices);
        CHECK(device->records().disk.differences.empty());
    }
}

}  // namespace sparekey::tests
