// Ids of records, coded in their order: 16 bytes each, each set in one way only. Private to
// core/replica.
#pragma once

#include "core/codec/archive.h"
#include "core/model/ids.h"

#include <set>

namespace sparekey::core {

void put_id_set(codec::Writer& archive, const std::set<RecordId>& ids);
std::set<RecordId> get_id_set(codec::Reader& archive);

}  // namespace sparekey::core
