// Imported items that were destroyed: the same import again leaves them so.
//
// Each is a setting record of its own, so that two devices that empty their trash do not conflict.
#pragma once

#include "core/vault/seal.h"

#include <string>

namespace sparekey::core {

/// `mark` is the item's import mark.
Result<void> remember_purged_import(const RecordSealer& sealer, RecordTransaction& transaction,
                                    const RecordId& item, std::string_view mark);
/// The mark of a destroyed item; nothing if it was not. Also inside a transaction. `hashes` are the
/// sealer's.
Result<std::optional<std::string>> purged_import(const RecordSealer& sealer, KeyedHashes& hashes,
                                                 RecordStore& store, const RecordId& item);

}  // namespace sparekey::core
