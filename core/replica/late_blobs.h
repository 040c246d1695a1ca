// Blobs that came and cannot be taken yet: kept beside the records, of which they are none.
//
// Under a key which is not here yet: a page of a history may end between two changes of the roster.
// The server has the keyring of the last one only, so what was written under the keys of the first
// waits until the rotation can be followed to its end.
//
// Items of a snapshot whose attachments have not come yet: one that could be changed before, and
// was destroyed elsewhere, would be sent again without them.
#pragma once

#include "core/replica/context.h"

#include <span>

namespace sparekey::core {

void put_late_blob(const RecordBlob& blob, SyncTransaction& transaction);
void drop_late_blob(const RecordId& id, SyncTransaction& transaction);

/// What differs from something that the account has.
std::vector<Difference> known_of_account(SyncStore& store);
/// Of all records that differ from the account's.
void drop_late_blobs(SyncStore& store, SyncTransaction& transaction);

/// What waits of the record; nothing if the account has another blob of it by now.
std::optional<RecordBlob> late_blob(SyncStore& store, const Difference& difference);
/// Those that the account still has, in the order of their ids.
std::vector<RecordBlob> late_blobs(SyncStore& store);

/// Among blobs in the order of their ids; null if there is none of the record.
const Bytes* find_blob(std::span<const RecordBlob> blobs, const RecordId& record);

}  // namespace sparekey::core
