#include "core/replica/late_blobs.h"

#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::core {
namespace {

std::string key_of(const RecordId& id) {
    return "late/" + id.text();
}

}  // namespace

std::vector<Difference> known_of_account(SyncStore& store) {
    std::vector<Difference> known;
    store.each_difference([&](const Difference& difference) {
        if (difference.account) known.push_back(difference);
        return true;
    });
    return known;
}

void put_late_blob(const RecordBlob& blob, SyncTransaction& transaction) {
    transaction.put_state(key_of(blob.id), blob.blob);
}

void drop_late_blob(const RecordId& id, SyncTransaction& transaction) {
    transaction.remove_state(key_of(id));
}

void drop_late_blobs(SyncStore& store, SyncTransaction& transaction) {
    for (const Difference& difference : known_of_account(store)) {
        drop_late_blob(difference.id, transaction);
    }
}

std::optional<RecordBlob> late_blob(SyncStore& store, const Difference& difference) {
    auto blob = store.state(key_of(difference.id));
    const bool is_current = blob && difference.account && sha256(*blob) == difference.account->blob;
    if (!is_current) return std::nullopt;
    return RecordBlob{difference.id, difference.account->version, *std::move(blob)};
}

std::vector<RecordBlob> late_blobs(SyncStore& store) {
    std::vector<RecordBlob> late;
    for (const Difference& difference : known_of_account(store)) {
        if (auto blob = late_blob(store, difference)) late.push_back(*std::move(blob));
    }
    return late;
}

const Bytes* find_blob(std::span<const RecordBlob> blobs, const RecordId& record) {
    const auto at = std::ranges::lower_bound(blobs, record, std::less<>(), &RecordBlob::id);
    return at != blobs.end() && at->id == record ? &at->blob : nullptr;
}

}  // namespace sparekey::core
