#include "core/replica/id_set.h"

namespace sparekey::core {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMostIds = 10'000'000;

}  // namespace

void put_id_set(codec::Writer& archive, const std::set<RecordId>& ids) {
    archive.length(ids.size());
    for (const RecordId& id : ids) codec::put(archive, id.bytes);
}

std::set<RecordId> get_id_set(codec::Reader& archive) {
    std::set<RecordId> ids;
    for (std::size_t left = archive.length(kIdBytes, kMostIds); left > 0; --left) {
        RecordId id;
        codec::get(archive, id.bytes);
        codec::require(ids.empty() || *ids.rbegin() < id);
        ids.insert(ids.end(), id);
    }
    return ids;
}

}  // namespace sparekey::core
