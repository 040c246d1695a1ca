// `health` from the vault's side: what is wrong with its items, worked out by whoever holds it. No
// secret leaves by here; of a password, at most five digits of its SHA-1, and only when asked.
#pragma once

#include "cli/access/vault_access.h"

namespace sparekey::cli {

core::Result<std::vector<ItemHealth>> survey_health(core::Vault& vault, BreachPrefixes prefixes);

/// Those of `ids` whose password an answer of the range service names.
core::Result<std::vector<core::RecordId>> breached_in_range(core::Vault& vault,
                                                            const std::vector<core::RecordId>& ids,
                                                            std::string_view range);

/// The items whose password the list in the regular file `descriptor` names. ErrorCode::usage if it
/// is none.
core::Result<std::vector<core::RecordId>> breached_in_file(core::Vault& vault, int descriptor);

}  // namespace sparekey::cli
