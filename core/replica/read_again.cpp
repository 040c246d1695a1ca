#include "core/replica/read_again.h"

#include "core/base/mutant.h"
#include "core/replica/arrival.h"

#include <algorithm>
#include <span>

namespace sparekey::core {
namespace {

/// One byte: the generation of the program that looked at all of them last.
constexpr std::string_view kReadAsKey = "read-as";
/// Raised with every schema, of whatever type, that is new.
constexpr std::uint8_t kGeneration = 1;
constexpr std::size_t kMostReadAtOnce = 1000;

/// Those that open now. What is damaged on this disk is for doctor to tell.
std::vector<Recognized> readable(const ReplicaContext& context, std::span<const RecordId> ids) {
    std::vector<Recognized> all;
    for (const RecordId& id : ids) {
        const auto record = context.store.load(id);
        if (!record) continue;
        Recognized found = recognize(context.sealer, id, record->version, record->blob);
        found.state.reset();
        if (found.record.type != RecordType::unreadable) all.push_back(std::move(found));
    }
    return all;
}

void put(const ReplicaContext& context, const Recognized& found, SyncTransaction& transaction) {
    const auto difference = context.store.difference(found.record.id);
    transaction.remove_from_account(found.record.id);
    transaction.put_from_account(found.record, found.row ? &*found.row : nullptr);
    if (difference) transaction.set_difference(*difference);
}

}  // namespace

Result<void> read_again(const ReplicaContext& context) {
    const Bytes present{kGeneration};
    const bool was_done = context.store.state(kReadAsKey) == present;
    if (was_done || SPAREKEY_LEFT_OUT("read-again")) return {};
    const std::vector<RecordId> ids = context.store.unreadable();
    std::span<const RecordId> left = ids;
    do {
        const auto some = left.first(std::min(left.size(), kMostReadAtOnce));
        left = left.subspan(some.size());
        const std::vector<Recognized> found = readable(context, some);
        const auto transaction = context.store.begin_sync();
        for (const Recognized& one : found) put(context, one, *transaction);
        if (left.empty()) transaction->put_state(kReadAsKey, present);
        transaction->commit();
    } while (!left.empty());
    context.tree.forget();
    return {};
}

}  // namespace sparekey::core
