#include "core/replica/mass_deletion.h"

#include "core/base/mutant.h"
#include "core/codec/archive.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::string_view kRemovedKey = "removed-before-held";

std::uint64_t removed_before_held(SyncStore& store) {
    const auto bytes = store.state(kRemovedKey);
    if (!bytes || SPAREKEY_LEFT_OUT("held-again")) return 0;
    const auto read = codec::decode_whole<std::uint64_t>(
        *bytes, [](codec::Reader& archive) { return archive.number<std::uint64_t>(); });
    return read ? *read : 0;
}

void keep_removed(SyncStore& store, std::uint64_t removed) {
    codec::Writer archive;
    archive(removed);
    const auto transaction = store.begin_sync();
    transaction->put_state(kRemovedKey, codec::plain(std::move(archive)));
    transaction->commit();
}

}  // namespace

bool is_unforeseen(const Permissions& permissions, const Toll& toll, std::uint64_t now) {
    if (now == 0 || permissions.mass_deletion || SPAREKEY_LEFT_OUT("held-ahead")) return false;
    return !toll.in_all;
}

std::uint64_t held_deletion(const ReplicaContext& context, const Permissions& permissions,
                            const Toll& toll, std::uint64_t now) {
    if (now == 0 || permissions.mass_deletion || SPAREKEY_LEFT_OUT("held-deletion")) return 0;
    const std::uint64_t held_before = removed_before_held(context.store);
    const std::uint64_t gone = toll.before + held_before;
    const std::uint64_t in_all = std::max(toll.before + now, toll.in_all.value_or(0)) + held_before;
    const std::uint64_t all = context.store.count(Shelf::live) + gone;
    const std::uint64_t most = std::max<std::uint64_t>(kHeldFrom, all / 5);
    if (in_all <= most) return 0;
    keep_removed(context.store, gone);
    context.tree.forget();
    return in_all;
}

void forget_held_deletion(SyncTransaction& transaction) {
    transaction.remove_state(kRemovedKey);
}

}  // namespace sparekey::core
