#include "core/vault/history.h"

#include "core/base/mutant.h"

#include <algorithm>

namespace sparekey::core {
namespace {

void put_ordered(Bytes& bytes, std::uint64_t number, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<std::uint8_t>(number >> shift));
    }
}

constexpr std::uint8_t kPassing = 0;
constexpr std::uint8_t kStaying = 1;

}  // namespace

Bytes place_of(const HistoryEntry& entry) {
    const Stamp& stamp = entry.dot.stamp;
    Bytes place;
    put_ordered(place, stamp.at.wall_ms, 8);
    put_ordered(place, stamp.at.counter, 4);
    place.insert(place.end(), stamp.device.bytes.begin(), stamp.device.bytes.end());
    place.push_back(entry.key.kind == FieldKind::attachment ? kStaying : kPassing);
    return place;
}

bool stays(const Child& child) {
    return !child.place.empty() && child.place.back() == kStaying;
}

Result<StoredHistory> open_history(const RecordSealer& sealer, RecordStore& store,
                                   const RecordId& item, const Child& child) {
    SPAREKEY_TRY(const Record record, store.load(child.id));
    SPAREKEY_TRY(const RecordBody body, sealer.open(record));
    SPAREKEY_TRY(HistoryEntry entry, decode_history_entry(body.expose()));
    if (entry.item != item) {
        return unexpected(ErrorCode::integrity, "a history record belongs to another item");
    }
    const bool in_place = child.place.empty() || child.place == place_of(entry);
    if (!SPAREKEY_LEFT_OUT("history-place") && !in_place) {
        return unexpected(ErrorCode::integrity, "a history record is not where it belongs");
    }
    return StoredHistory{child.id, std::move(entry)};
}

Result<std::vector<StoredHistory>> read_history(const RecordSealer& sealer, RecordStore& store,
                                                const RecordId& item) {
    std::vector<StoredHistory> history;
    for (const Child& child : store.children(item, RecordType::history)) {
        SPAREKEY_TRY(StoredHistory one, open_history(sealer, store, item, child));
        history.push_back(std::move(one));
    }
    std::sort(history.begin(), history.end(),
              [](const StoredHistory& left, const StoredHistory& right) {
                  return right.entry.dot.stamp < left.entry.dot.stamp;
              });
    return history;
}

}  // namespace sparekey::core
