// Boost.Beast as the second reader of a head that the gate let in.
//
// Two readers that understand the same bytes differently are the root of request smuggling; here
// they have to agree, or the request is refused.
#pragma once

#include "sync/server/http/gate.h"

namespace sparekey::sync {

/// True if Beast reads `bytes` as the same method, target, fields and body length.
bool second_reader_agrees(std::string_view bytes, const Head& head);

}  // namespace sparekey::sync
