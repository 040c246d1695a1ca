// What a device could read that was removed with a rotation: a person is to change it, and is told
// by whatever ends the rotation, and again when asked.
#pragma once

#include "cli/online/member.h"

namespace sparekey::cli::online {

/// What a person was not told yet: of a rotation that is done, or was given up. Nothing if there is
/// none.
core::Result<std::optional<core::ShownExposure>> untold_exposure(sync::Replica& replica);
/// The member `exposed` of a JSON object.
void add_exposed(JsonWriter& json, const std::vector<core::ExposedItem>& items);
/// One line an item.
void print_exposed(Session& session, const std::vector<core::ExposedItem>& items);
/// For a rotation that was broken off and is at its end now, or was given up. JSON is another's.
void tell_exposure(Session& session, const core::ShownExposure& exposure);

/// `devices exposed`. ErrorCode::not_found if no rotation was made here; ErrorCode::conflict for
/// one that was given up.
core::Result<void> exposed(Session& session);

}  // namespace sparekey::cli::online
