// What is shown of a value that is not to be read over somebody's shoulder, nor to leave the agent:
// that it is there, and nothing of it, not even its length.
#pragma once

#include "core/merge/merge.h"
#include "core/model/item.h"

namespace sparekey::core {

inline constexpr std::string_view kConcealed = "********";

/// Whether secret values are asked for as they are, or only as kConcealed.
enum class Values { concealed, plain };

/// Every secret value of the item that is not empty becomes kConcealed.
void conceal(Item& item);
void conceal(HistoryEntry& entry);
void conceal(Conflict& conflict);

}  // namespace sparekey::core
