// Makes another program's item fit into ours without losing anything: texts that are too long
// become attachments, an unreadable one-time code a secret field. What it did is in the notes.
#pragma once

#include "cli/formats/import.h"

namespace sparekey::cli {

void fit(ImportedItem& item, ImportNotes& notes);
/// Names that `attach` would refuse, or of which there are two, become others: part of fit().
void name_attachments(ImportedItem& item, ImportNotes& notes);

}  // namespace sparekey::cli
