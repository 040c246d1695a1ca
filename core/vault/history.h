// The history records of an item: opened, or known by their places alone.
//
// A place is the stamp and whether the record outlives pruning, so that the oldest of very many are
// found without opening any. It lies beside the sealed record, and whoever opens one compares.
#pragma once

#include "core/ports/record_store.h"
#include "core/vault/seal.h"

namespace sparekey::core {

/// A record's place: ordered as the stamps are.
Bytes place_of(const HistoryEntry& entry);
/// Its place says that pruning leaves it: an attachment's chunks hang on it.
bool stays(const Child& child);

struct StoredHistory {
    RecordId record;
    HistoryEntry entry;
};
/// One record of the history of `item`. ErrorCode::integrity if it is damaged, another item's, or
/// not of its place.
Result<StoredHistory> open_history(const RecordSealer& sealer, RecordStore& store,
                                   const RecordId& item, const Child& child);
/// All of them, newest stamp first.
Result<std::vector<StoredHistory>> read_history(const RecordSealer& sealer, RecordStore& store,
                                                const RecordId& item);

}  // namespace sparekey::core
