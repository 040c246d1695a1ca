#include "core/replica/late_blobs.h"

#include "core/crypto/hash.h"

namespace sparekey::core {
namespace {

std::string key_of(const RecordId& id) {
    return "late/" + id.text();
}

}  // namespace

void put_late_blob(const RecordBlob& blob, SyncTransaction& transaction) {
    transaction.put_state(key_of(blob.id), blob.blob);
}

void drop_late_blob(const RecordId& id, SyncTransaction& transaction) {
    transaction.remove_state(key_of(id));
}

std::vector<RecordBlob> late_blobs(SyncStore& store) {
    std::vector<Difference> differences;
    store.each_difference([&](const Difference& difference) {
        if (difference.account) differences.push_back(difference);
        return true;
    });
    std::vector<RecordBlob> late;
    for (const Difference& difference : differences) {
        auto blob = store.state(key_of(difference.id));
        if (!blob || sha256(*blob) != difference.account->blob) continue;
        late.push_back({difference.id, difference.account->version, *std::move(blob)});
    }
    return late;
}

}  // namespace sparekey::core
