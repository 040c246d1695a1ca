#include "core/replica/awaited.h"

#include "core/replica/id_set.h"

namespace sparekey::core {

Result<std::set<RecordId>> read_awaited(SyncStore& store) {
    const auto bytes = store.state(kAwaitedKey);
    if (!bytes) return std::set<RecordId>();
    return codec::decode_whole<std::set<RecordId>>(
        *bytes, [](codec::Reader& archive) { return get_id_set(archive); });
}

void put_awaited(const std::set<RecordId>& records, SyncTransaction& transaction) {
    if (records.empty()) {
        transaction.remove_state(kAwaitedKey);
        return;
    }
    codec::Writer archive;
    put_id_set(archive, records);
    transaction.put_state(kAwaitedKey, codec::plain(std::move(archive)));
}

}  // namespace sparekey::core
