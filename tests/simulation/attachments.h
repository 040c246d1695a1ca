// Files of an item, as a device of the simulation gives and reads them.
#pragma once

#include "core/merge/edit.h"
#include "core/vault/item_writer.h"
#include "tests/simulation/simulated_device.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <utility>

namespace sparekey::tests {

inline void attach(SimulatedDevice& device, const core::RecordId& item, const std::string& name,
                   std::string_view content) {
    const auto read = [&](core::MutableBytes into) {
        const std::size_t size = std::min(into.size(), content.size());
        std::copy_n(content.begin(), size, into.begin());
        content.remove_prefix(size);
        return size;
    };
    REQUIRE(device.vault().attach(item, name, read));
}

/// So many files named "0" and on, each with this content, by one change of the item.
inline void attach_many(SimulatedDevice& device, const core::RecordId& item, int count,
                        std::string_view content) {
    const auto state = device.vault().state(item);
    const auto record = device.records().load(item);
    REQUIRE(state);
    REQUIRE(record);
    const auto transaction = device.records().begin();
    core::ItemWriter writer(device.vault().sealer(), device.records(), *transaction);
    core::ItemPatch patch;
    patch.attachments.emplace();
    for (int i = 0; i < count; ++i) {
        bool given = false;
        auto written = writer.write_attachment(item, std::to_string(i), [&](auto into) {
            if (std::exchange(given, true)) return std::size_t{0};
            std::copy(content.begin(), content.end(), into.begin());
            return content.size();
        });
        REQUIRE(written);
        patch.attachments->push_back(*std::move(written));
    }
    auto changed = core::apply_patch(*state, patch, {device.clock().now_ms(), device.id()});
    REQUIRE(changed);
    REQUIRE(writer.write(item, record->version + 1, *std::move(changed)));
    transaction->commit();
}

inline std::string content_of(SimulatedDevice& device, const core::RecordId& item,
                              const core::Attachment& attachment) {
    std::string content;
    REQUIRE(device.vault().read_attachment(
        item, attachment, [&](core::ByteView part) { content.append(part.begin(), part.end()); }));
    return content;
}

}  // namespace sparekey::tests
