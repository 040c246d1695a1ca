// Record ids as a statement gives them. Private to the store.
#pragma once

#include "core/model/ids.h"
#include "storage/sqlite/statement.h"

#include <vector>

namespace sparekey::storage {

/// The first column of this row.
inline core::RecordId read_id(const Statement& row) {
    const auto id = core::RecordId::from_bytes(row.bytes(0));
    if (!id) throw CorruptDatabase("vault.db: a record id has a wrong size");
    return *id;
}

/// That of all rows.
inline std::vector<core::RecordId> read_ids(Statement& rows) {
    std::vector<core::RecordId> ids;
    while (rows.step()) ids.push_back(read_id(rows));
    return ids;
}

}  // namespace sparekey::storage
