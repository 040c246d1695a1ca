// Records of which a page told a change and did not have the blob, since the account has a newer
// one: a later page has it. If such a record was changed here, it is not to be sent before that: it
// has to be merged with what has not come.
#pragma once

#include "core/replica/context.h"

#include <set>

namespace sparekey::core {

/// ErrorCode::integrity.
Result<std::set<RecordId>> read_awaited(SyncStore& store);
void put_awaited(const std::set<RecordId>& records, SyncTransaction& transaction);

}  // namespace sparekey::core
