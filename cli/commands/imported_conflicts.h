// Unresolved conflicts in an import of our own export.
#pragma once

#include "cli/formats/import.h"
#include "core/merge/merge.h"

namespace sparekey::cli {

/// Whether `stored` is what the file says: of an attachment the data counts.
bool is_same(const core::FieldKey& key, const core::Value& stored, const ImportedValue& imported);

/// Where the vault has the very conflict that the file has, it stays: the item's patch, which knows
/// only the value that shows, does not settle it.
void keep_conflicts(const ImportedItem& item, const core::ItemState& present,
                    core::MergeResult& changed);

}  // namespace sparekey::cli
