// Makes another program's item fit into ours without losing anything: texts that are too long
// become attachments, an unreadable one-time code a secret field. What it did is in the notes.
#pragma once

#include "cli/formats/import.h"

namespace sparekey::cli {

/// Messages name the item by its title too, from here on and as its reader left them.
void name_by_title(ImportedItem& item, ImportNotes& notes);
void fit(ImportedItem& item, ImportNotes& notes);
/// Names that `attach` would refuse, or of which there are two, become others: part of fit().
void name_attachments(ImportedItem& item, ImportNotes& notes);

}  // namespace sparekey::cli
