// Blobs that came under a key which is not here yet: kept beside the records until the rotation
// that brought the key can be followed to its end.
//
// A page of a history may end between two changes of the roster. The server has the keyring of the
// last one only, so what was written under the keys of the first waits for it.
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

void put_late_blob(const RecordBlob& blob, SyncTransaction& transaction);
void drop_late_blob(const RecordId& id, SyncTransaction& transaction);

/// Those that the account still has, in the order of their ids.
std::vector<RecordBlob> late_blobs(SyncStore& store);

}  // namespace sparekey::core
