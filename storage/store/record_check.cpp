#include "storage/store/record_check.h"

#include "core/model/view.h"
#include "core/vault/history.h"

#include <algorithm>

namespace sparekey::storage {
namespace {

constexpr std::size_t kHistoriesAtOnce = 4;

}  // namespace

RecordCheck::RecordCheck(core::Vault& vault, VaultStore& store)
    : vault_(vault), store_(store), reader_(store) {}

core::Result<bool> RecordCheck::step(const std::function<void()>& begun, const OnItem& on_item) {
    if (!items_read_) {
        SPAREKEY_CHECK(read_items(begun, on_item));
    } else {
        SPAREKEY_CHECK(read_histories());
    }
    return items_read_ && histories_ == with_history_.size();
}

core::Result<void> RecordCheck::read_items(const std::function<void()>& begun,
                                           const OnItem& on_item) {
    const auto begin = [&] {
        with_history_ = store_.parents_of(core::RecordType::history);
        total_ = store_.count(core::Shelf::both) + with_history_.size();
        items_ = 0;
        begun();
    };
    const auto visit = [&](const core::Record& record) -> core::Result<void> {
        SPAREKEY_TRY(const core::Item item, read_item(record));
        ++items_;
        on_item(item);
        return {};
    };
    SPAREKEY_TRY(items_read_, reader_.step(begin, visit));
    return {};
}

core::Result<core::Item> RecordCheck::read_item(const core::Record& record) {
    SPAREKEY_TRY(const core::ItemState state, vault_.state(record));
    core::Item item = core::view(state, record.id, record.version);
    for (const core::Attachment& attachment : item.attachments) {
        if (!vault_.has_data(attachment)) continue;
        SPAREKEY_CHECK(vault_.read_attachment(record.id, attachment, [](core::ByteView) {}));
    }
    return item;
}

/// What was changed since the items were read is checked by the state root of its own time.
core::Result<void> RecordCheck::read_histories() {
    const std::size_t end = std::min(histories_ + kHistoriesAtOnce, with_history_.size());
    for (; histories_ < end; ++histories_) {
        SPAREKEY_CHECK(core::read_history(vault_.sealer(), store_, with_history_[histories_]));
    }
    return {};
}

core::Result<void> check_records(core::Vault& vault, VaultStore& store) {
    RecordCheck check(vault, store);
    for (bool done = false; !done;) {
        SPAREKEY_TRY(done, check.step([] {}, [](const core::Item&) {}));
    }
    return {};
}

}  // namespace sparekey::storage
