// The fields of an item by the names that people use for them.
#pragma once

#include "cli/output.h"
#include "core/model/item.h"

namespace sparekey::cli {

/// The whole item, a line a field, as it is given: concealed, if it is.
void print_item(Output& out, const core::Item& item);

}  // namespace sparekey::cli
