// An IndexRow as the few bytes that a catalog keeps of it: numbers of seven bits a byte, texts
// after their lengths. Never leaves memory.
#pragma once

#include "core/ports/record_store.h"

#include <string>
#include <string_view>

namespace sparekey::core {

/// Appends the row but for its id.
void pack_row(std::string& bytes, const IndexRow& row);
/// The row that begins with `bytes`; its id is the caller's.
IndexRow unpack_row(std::string_view bytes, const RecordId& id);
/// How many bytes the row at the beginning of `bytes` has.
std::size_t packed_size(std::string_view bytes);

}  // namespace sparekey::core
