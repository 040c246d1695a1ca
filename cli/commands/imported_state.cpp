#include "cli/commands/imported_state.h"

#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::cli {

core::FieldKey mark_key() {
    return {core::FieldKind::import_mark, {}, 0};
}

std::string mark_of(const core::ItemState& state) {
    const core::Register* const mark = state.find(mark_key());
    return mark == nullptr ? std::string() : std::string(core::shown(*mark).value.text.expose());
}

void settle_trash(core::MergeResult& result, bool trashed, const core::Edit& edit) {
    if (result.state.trashed() == trashed) return;
    core::MergeResult next =
        trashed ? core::put_in_trash(result.state, edit) : core::restore(result.state, edit);
    result.state = std::move(next.state);
    for (core::Dropped& value : next.dropped) result.dropped.push_back(std::move(value));
}

bool holds(const std::vector<core::Attachment>& present, const ImportedAttachment& wanted) {
    const core::Hash digest = core::sha256(wanted.data.expose());
    return std::any_of(present.begin(), present.end(), [&](const core::Attachment& one) {
        return one.name == wanted.name && one.sha256 == digest;
    });
}

}  // namespace sparekey::cli
