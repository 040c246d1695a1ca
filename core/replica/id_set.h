// Sets of ids, coded in their order: 16 bytes each, each set in one way only. Private to
// core/replica.
#pragma once

#include "core/codec/archive.h"
#include "core/model/ids.h"

#include <set>

namespace sparekey::core {

template <class Tag>
void put_id_set(codec::Writer& archive, const std::set<Id<Tag>>& ids) {
    archive.length(ids.size());
    for (const Id<Tag>& id : ids) codec::put(archive, id.bytes);
}

/// At most `most`, and all that are there.
template <class Tag = RecordIdTag>
std::set<Id<Tag>> get_id_set(codec::Reader& archive, std::size_t most = 10'000'000) {
    std::set<Id<Tag>> ids;
    for (std::size_t left = archive.length(Id<Tag>::kSize, most); left > 0; --left) {
        Id<Tag> id;
        codec::get(archive, id.bytes);
        codec::require(ids.empty() || *ids.rbegin() < id);
        ids.insert(ids.end(), id);
    }
    return ids;
}

}  // namespace sparekey::core
