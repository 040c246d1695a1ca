// Whether the trigrams are those of the entries' text: both sides are added up in one pass over
// each, so that it takes as long as the vault is large. To look each text up, as a query would,
// goes through all the entries that have a trigram in common, once for each of them.
#pragma once

#include "storage/sqlite/database.h"

namespace sparekey::storage {

/// Throws CorruptDatabase if a trigram is missing, or there is one too many.
void require_own_trigrams(Database& database);

}  // namespace sparekey::storage
