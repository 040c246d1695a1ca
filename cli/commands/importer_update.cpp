// What an import changes in an item that is here already.
#include "cli/commands/imported_conflicts.h"
#include "cli/commands/imported_state.h"
#include "cli/commands/importer.h"
#include "core/crypto/hash.h"
#include "core/otp/otp.h"

#include <algorithm>
#include <set>

namespace sparekey::cli {
namespace {

/// The same HOTP further on is no new seed: only its counter is taken, and never a lower one.
void take_counter(core::ItemPatch& patch, const core::ItemState& state, const core::Item& shown) {
    if (!patch.totp || patch.totp->expose() == shown.totp.expose()) return;
    const auto wanted = core::parse_otp(patch.totp->expose());
    if (!wanted || wanted->kind != core::OtpKind::hotp) return;
    const core::SecretText ours = core::with_counter(shown.totp.expose(), 0);
    if (ours.expose() != core::with_counter(patch.totp->expose(), 0).expose()) return;
    patch.totp.reset();
    const auto known = core::parse_otp(shown.totp.expose());
    const std::uint64_t current = core::hotp_counter(state).value_or(known ? known->counter : 0);
    if (wanted->counter > current) patch.hotp_counter = wanted->counter;
}

}  // namespace

/// Our own export knows when it was current: an older one never undoes later edits.
core::Result<void> Importer::update_own(ImportedItem& item, const Present& present) {
    const core::RecordId id = *item.id;
    const core::Item shown = core::view(present.state, id, present.version);
    take_counter(item.patch, present.state, shown);
    const bool has_type = present.state.find({core::FieldKind::type, {}, 0}) != nullptr;
    // A type that is not stored is a login's, and an export says so.
    if (!has_type && item.patch.type == shown.type) item.patch.type.reset();
    const core::Edit edit = edit_for(item);
    bool older = item.modified_ms <= present.state.context.highest().wall_ms;
    if (older && item.patch.hotp_counter) {
        // A counter has no time of its own: the higher one is the later one.
        core::ItemPatch counter;
        counter.hotp_counter = item.patch.hotp_counter;
        item.patch = std::move(counter);
        item.trashed = shown.deleted;
        item.attachments.clear();
        item.history.clear();
        older = false;
    }
    if (!older) SPAREKEY_CHECK(add_attachments(id, item, shown.attachments));
    SPAREKEY_TRY(core::MergeResult changed, core::apply_patch(present.state, item.patch, edit));
    settle_trash(changed, item.trashed, edit);
    keep_conflicts(item, present.state, changed);
    const bool same = core::same_content(changed.state, present.state);
    if (older || same) {
        ++counts_.unchanged;
        const bool all_held = std::all_of(
            item.attachments.begin(), item.attachments.end(),
            [&](const ImportedAttachment& one) { return holds(shown.attachments, one); });
        if (older && !(same && all_held)) {
            note_older(item, id);
        }
        return {};
    }
    SPAREKEY_CHECK(writer_.write(id, present.version + 1, std::move(changed)));
    SPAREKEY_CHECK(write_history(id, item));
    ++counts_.updated;
    return {};
}

void Importer::note_older(const ImportedItem& item, const core::RecordId& id) {
    notes_.skipped.push_back(
        {item.where, "it differs, but is not newer than the vault's (" + id.text() + ")"});
}

core::Result<void> Importer::update_foreign(const core::RecordId& id, Row& row,
                                            const Present& present) {
    const ImportMark old = ImportMark::parse(mark_hashes_, mark_of(present.state));
    const bool is_earlier = row.item.modified_ms > 0 && row.item.modified_ms < old.time_ms();
    if (is_earlier) {
        // From an export that was made before the last one that was taken in.
        note_older(row.item, id);
        ++counts_.unchanged;
        return {};
    }
    auto changed = merge_row(id, row, present, old);
    if (!changed && changed.error().code == core::ErrorCode::usage) {
        // Beside what was added here the row is too much: the vault's own item stays as it is.
        notes_.skipped.push_back({row.item.where, changed.error().message});
        ++counts_.unchanged;
        return {};
    }
    if (!changed) return core::unexpected(std::move(changed).error());
    std::erase_if(changed->dropped,
                  [](const core::Dropped& value) { return value.key == mark_key(); });
    SPAREKEY_TRY(const core::ItemState written,
                 writer_.write(id, present.version + 1, std::move(*changed)));
    SPAREKEY_CHECK(write_new_history(id, row.item, present.state, written));
    ++counts_.updated;
    return {};
}

/// Whether the field was changed or removed here after the row was changed there. Formats that do
/// not say when: the row is newer.
bool Importer::is_older(const ImportedItem& item, const core::FieldKey& key,
                        const core::ItemState& state, const ImportMark& old) const {
    const std::uint64_t at_ms = item.modified_ms;
    if (at_ms == 0) return false;
    if (const core::Register* const ours = state.find(key)) {
        const core::Dot& now = core::shown(*ours);
        return !old.has(key, now.value) && at_ms < now.stamp.at.wall_ms;
    }
    // When it was removed, only the item as a whole knows.
    return old.names(key) && at_ms < state.context.highest().wall_ms;
}

core::Result<core::MergeResult> Importer::merge_row(const core::RecordId& id, Row& row,
                                                    const Present& present, const ImportMark& old) {
    ImportedItem& item = row.item;
    const core::Edit edit{now_ms_, vault_.device()};
    core::Draft draft(present.state, edit);
    bool is_older_somewhere = false;
    draft.set(mark_key(), {core::SecretText::copy_of(*item.patch.import_mark), false, 0});
    for (const core::Field& field : row.made.fields) {
        core::Value value = core::shown(field.dots).value.clone();
        if (old.has(field.key, value)) continue;  // the source left it as it was
        const core::Register* const ours = present.state.find(field.key);
        const bool is_ours = ours != nullptr && core::same_value(core::shown(*ours).value, value);
        if (!is_ours && is_older(item, field.key, present.state, old)) {
            item.history.push_back({field.key, std::move(value), item.modified_ms});
            is_older_somewhere = true;
            continue;
        }
        if (ours != nullptr) value.order = core::shown(*ours).value.order;
        draft.set(field.key, std::move(value));
    }
    for (const core::Field& field : present.state.fields) {
        const bool gone = field.key != mark_key() && row.made.find(field.key) == nullptr;
        if (gone && old.has(field.key, core::shown(field.dots).value)) draft.remove(field.key);
    }
    const core::Item shown = core::view(present.state, id, present.version);
    SPAREKEY_CHECK(core::check_limits(draft.state()));
    SPAREKEY_CHECK(merge_attachments(draft, id, item, shown, old));
    core::MergeResult changed = core::merge(present.state, draft.state());
    const ImportMark now = ImportMark::parse(mark_hashes_, *item.patch.import_mark);
    const bool trashed = old.same_trash(now) ? present.state.trashed() : item.trashed;
    settle_trash(changed, trashed, edit);
    if (is_older_somewhere) note_older(item, id);
    return changed;
}

core::Result<void> Importer::merge_attachments(core::Draft& draft, const core::RecordId& id,
                                               ImportedItem& item, const core::Item& shown,
                                               const ImportMark& old) {
    std::set<std::string> named(item.without_data.begin(), item.without_data.end());
    for (const ImportedAttachment& attachment : item.attachments) {
        named.insert(attachment.name);
        const core::Hash digest = core::sha256(attachment.data.expose());
        const bool as_before = old.has_attachment(attachment.name, digest);
        if (as_before || holds(shown.attachments, attachment)) continue;
        SPAREKEY_TRY(const core::Attachment written,
                     write_attachment(id, attachment.name, attachment.data.expose()));
        const auto order = static_cast<std::uint32_t>(shown.attachments.size() + named.size());
        draft.set({core::FieldKind::attachment, attachment.name, 0},
                  {core::SecretText::copy_of(core::manifest_text(written)), false, order});
    }
    for (const core::Attachment& ours : shown.attachments) {
        const bool gone = named.count(ours.name) == 0;
        if (gone && old.has_attachment(ours.name, ours.sha256)) {
            draft.remove({core::FieldKind::attachment, ours.name, 0});
        }
    }
    return {};
}

}  // namespace sparekey::cli
