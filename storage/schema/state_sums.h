// What the table `state` is held against: its row `sums` has the SHA-256 of every other row, but
// for `schema`, which is compared with the schema itself, and for those with a slash in their name
// (`commit/N`, `late/ID`): as many as there are commits or records, each of which is held against a
// hash of the account's.
#pragma once

#include "core/base/bytes.h"
#include "core/crypto/hash.h"
#include "storage/sqlite/database.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace sparekey::storage {

/// By the names of the rows.
using StateSums = std::map<std::string, core::Hash, std::less<>>;

bool has_sum(std::string_view name);

/// For each row in the order of their names (docs/FORMAT.md): u8 length and name, hash (32 bytes).
core::Bytes encode(const StateSums& sums);
/// Throws CorruptDatabase for anything that encode() does not give.
StateSums decode_state_sums(core::ByteView bytes);

/// Of the rows that are there, whatever `sums` says.
StateSums computed_state_sums(Database& database);
/// For a vault that has no such row yet: what is there is believed. Throws CorruptDatabase if it
/// has one.
void add_state_sums(Database& database);

}  // namespace sparekey::storage
