// Editing an item as JSON in the person's own editor.
#pragma once

#include "cli/session.h"
#include "core/model/item.h"

namespace sparekey::cli {

/// Runs $VISUAL or $EDITOR (else vi) on a 0600 file in memory ($XDG_RUNTIME_DIR or /dev/shm, never
/// a disk), which is wiped and removed afterwards. What was not touched is not in the patch's way:
/// the whole item comes back. ErrorCode::failed if the editor does, ErrorCode::interrupted if this
/// program was told to end: it then ends the editor, and its file, first.
core::Result<core::ItemPatch> patch_from_editor(Session& session, const core::Item& current);

}  // namespace sparekey::cli
