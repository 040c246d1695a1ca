#include "core/replica/read_again.h"

#include "core/base/mutant.h"
#include "core/replica/arrival.h"

namespace sparekey::core {
namespace {

/// One byte: kItemSchema of the program that looked at all of them last.
constexpr std::string_view kReadAsKey = "read-as";

}  // namespace

Result<std::size_t> read_again(const ReplicaContext& context) {
    const Bytes present{kItemSchema};
    const bool was_done = context.store.state(kReadAsKey) == present;
    if (was_done || SPAREKEY_LEFT_OUT("read-again")) return std::size_t{0};
    std::vector<Recognized> readable;
    for (const RecordId& id : context.store.unreadable()) {
        SPAREKEY_TRY(const Record record, context.store.load(id));
        Recognized found = recognize(context.sealer, id, record.version, record.blob);
        if (found.record.type != RecordType::unreadable) readable.push_back(std::move(found));
    }
    const auto transaction = context.store.begin_sync();
    for (const Recognized& found : readable) {
        const auto difference = context.store.difference(found.record.id);
        transaction->remove_from_account(found.record.id);
        transaction->put_from_account(found.record, found.row ? &*found.row : nullptr);
        if (difference) transaction->set_difference(*difference);
    }
    transaction->put_state(kReadAsKey, present);
    transaction->commit();
    context.tree.forget();
    return readable.size();
}

}  // namespace sparekey::core
