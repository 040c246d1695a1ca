// What the importer asks of an item's state, and does to it.
#pragma once

#include "cli/formats/import.h"
#include "core/merge/edit.h"

namespace sparekey::cli {

/// Where an imported item keeps its mark (cli/formats/import_mark.h).
core::FieldKey mark_key();
/// Empty if the item was not imported.
std::string mark_of(const core::ItemState& state);
/// Moves the item into the trash or out of it, unless it is there already.
void settle_trash(core::MergeResult& result, bool trashed, const core::Edit& edit);
/// Whether an attachment is there, under its name.
bool holds(const std::vector<core::Attachment>& present, const ImportedAttachment& wanted);

}  // namespace sparekey::cli
