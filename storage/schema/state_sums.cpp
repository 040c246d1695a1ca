#include "storage/schema/state_sums.h"

#include "storage/sqlite/statement.h"

#include <algorithm>

namespace sparekey::storage {

bool has_sum(std::string_view name) {
    return name != "schema" && name != "sums" && name.find('/') == std::string_view::npos;
}

core::Bytes encode(const StateSums& sums) {
    core::Bytes bytes;
    for (const auto& [name, sum] : sums) {
        bytes.push_back(static_cast<std::uint8_t>(name.size()));
        bytes.insert(bytes.end(), name.begin(), name.end());
        bytes.insert(bytes.end(), sum.begin(), sum.end());
    }
    return bytes;
}

StateSums decode_state_sums(core::ByteView bytes) {
    StateSums sums;
    for (core::ByteView left = bytes; !left.empty();) {
        const std::size_t length = left[0];
        core::Hash sum{};
        if (left.size() < 1 + length + sum.size()) {
            throw CorruptDatabase("vault.db: the sums of its state are damaged");
        }
        std::string name(left.begin() + 1, left.begin() + 1 + static_cast<std::ptrdiff_t>(length));
        left = left.subspan(1 + length);
        std::copy_n(left.begin(), sum.size(), sum.begin());
        left = left.subspan(sum.size());
        sums.emplace(std::move(name), sum);
    }
    if (encode(sums) != core::Bytes(bytes.begin(), bytes.end())) {
        throw CorruptDatabase("vault.db: the sums of its state are damaged");
    }
    return sums;
}

StateSums computed_state_sums(Database& database) {
    StateSums sums;
    Statement rows(database, "SELECT key, value FROM state");
    while (rows.step()) {
        if (has_sum(rows.text(0))) sums.emplace(rows.text(0), core::sha256(rows.bytes(1)));
    }
    return sums;
}

void add_state_sums(Database& database) {
    Statement find(database, "SELECT 1 FROM state WHERE key = 'sums'");
    if (find.step()) throw CorruptDatabase("vault.db: its version is older than its state");
    const core::Bytes sums = encode(computed_state_sums(database));
    Statement put(database, "INSERT INTO state(key, value) VALUES('sums', ?1)");
    put.bind(1, core::ByteView(sums)).run();
}

}  // namespace sparekey::storage
