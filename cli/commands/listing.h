// Rows of the search index as `find` and `trash` print them: a table, or a JSON array.
#pragma once

#include "cli/session.h"
#include "core/lookup/query.h"

#include <vector>

namespace sparekey::cli {

void print_rows(Session& session, const std::vector<core::IndexRow>& rows);

}  // namespace sparekey::cli
