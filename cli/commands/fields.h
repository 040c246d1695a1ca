// The fields of an item by the names that people use for them.
#pragma once

#include "cli/session.h"
#include "core/model/item.h"

namespace sparekey::cli {

/// One field's bare value. `totp` is the current code, `recovery-code` the next unused one,
/// which stays unused. ErrorCode::not_found if the field is missing or empty.
core::Result<core::SecretText> field_value(Session& session, core::Vault& vault,
                                           const core::RecordId& id, std::string_view field);

/// The whole item, a line a field; secret values as dots if `conceal`.
void print_item(Output& out, const core::Item& item, bool conceal);

/// What stands for a concealed value: always as long, so that nothing is told.
inline constexpr std::string_view kConcealed = "********";

}  // namespace sparekey::cli
