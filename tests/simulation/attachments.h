// Files of an item, as a device of the simulation gives and reads them.
#pragma once

#include "tests/simulation/simulated_device.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

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

inline std::string content_of(SimulatedDevice& device, const core::RecordId& item,
                              const core::Attachment& attachment) {
    std::string content;
    REQUIRE(device.vault().read_attachment(
        item, attachment, [&](core::ByteView part) { content.append(part.begin(), part.end()); }));
    return content;
}

}  // namespace sparekey::tests
