#include "cli/commands/importer.h"

#include "cli/commands/imported_conflicts.h"
#include "cli/formats/import_fit.h"
#include "cli/formats/login_habit.h"
#include "core/crypto/hash.h"
#include "core/otp/otp.h"
#include "core/vault/purged_import.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace sparekey::cli {
namespace {

constexpr core::FieldKey mark_key() {
    return {core::FieldKind::import_mark, {}, 0};
}

std::string mark_of(const core::ItemState& state) {
    const core::Register* const mark = state.find(mark_key());
    return mark == nullptr ? std::string() : std::string(core::shown(*mark).value.text.expose());
}

core::RecordId digest_of(std::string_view mark) {
    return core::RecordId::cut_from(core::sha256(core::bytes_of(mark)));
}

core::Result<void> at(const std::string& where, core::Result<void> result) {
    if (result) return result;
    core::Error error = std::move(result).error();
    error.message = where + ": " + error.message;
    return core::unexpected(std::move(error));
}

void settle_trash(core::MergeResult& result, bool trashed, const core::Edit& edit) {
    if (result.state.trashed() == trashed) return;
    core::MergeResult next =
        trashed ? core::put_in_trash(result.state, edit) : core::restore(result.state, edit);
    result.state = std::move(next.state);
    for (core::Dropped& value : next.dropped) result.dropped.push_back(std::move(value));
}

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

bool holds(const std::vector<core::Attachment>& present, const ImportedAttachment& wanted) {
    const core::Hash digest = core::sha256(wanted.data.expose());
    return std::any_of(present.begin(), present.end(), [&](const core::Attachment& one) {
        return one.name == wanted.name && one.sha256 == digest;
    });
}

}  // namespace

Importer::Importer(core::Vault& vault, std::string_view format, ImportNotes& notes)
    : vault_(vault),
      format_(format),
      notes_(notes),
      now_ms_(vault.clock().now_ms()),
      transaction_(vault.store().begin()),
      writer_(vault.sealer(), vault.store(), *transaction_) {}

std::size_t Importer::HashOfId::operator()(const core::RecordId& id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.bytes.data(), sizeof hash);
    return hash;
}

core::Edit Importer::edit_for(const ImportedItem& item) const {
    const bool known = item.modified_ms > 0 && item.modified_ms <= now_ms_;
    return {known ? item.modified_ms : now_ms_, vault_.device()};
}

core::RecordId Importer::id_of(const std::string& source, std::size_t ordinal) const {
    const std::string name = format_ + '\x1f' + std::to_string(ordinal) + '\x1f' + source;
    return core::RecordId::cut_from(vault_.sealer().keyed_hash("import-id", core::bytes_of(name)));
}

core::Result<std::optional<Importer::Present>> Importer::present(const core::RecordId& id) {
    if (!vault_.store().contains(id)) return std::optional<Present>();
    SPAREKEY_TRY(const core::Record record, vault_.store().load_uncommitted(id));
    SPAREKEY_TRY(const core::SecretBytes body, vault_.sealer().open(record));
    if (record.type != core::RecordType::item) {
        return core::unexpected(core::ErrorCode::usage, "its id is taken by something else");
    }
    SPAREKEY_TRY(core::ItemState state, core::decode_item_state(body.expose()));
    return std::optional<Present>(Present{std::move(state), record.version});
}

/// An item that is or was here; nothing if there never was one.
core::Result<std::optional<Importer::Twin>> Importer::known_twin(const core::RecordId& id) {
    SPAREKEY_TRY(const std::optional<Present> found, present(id));
    if (found) return std::optional<Twin>({id, digest_of(mark_of(found->state)), Twin::Held::item});
    SPAREKEY_TRY(const auto purged, core::purged_import(vault_.sealer(), vault_.store(), id));
    if (!purged) return std::optional<Twin>();
    return std::optional<Twin>({id, digest_of(*purged), Twin::Held::purged});
}

core::Result<Importer::Twins*> Importer::twins(const std::string& source) {
    core::RecordId id = id_of(source, 0);
    const auto [all, is_new] = twins_.try_emplace(id);
    for (std::size_t ordinal = 1; is_new; ++ordinal) {
        SPAREKEY_TRY(const std::optional<Twin> twin, known_twin(id));
        if (!twin) break;
        all->second.push_back(*twin);
        id = id_of(source, ordinal);
    }
    return &all->second;
}

core::Result<void> Importer::take(ImportedItem&& item) {
    const std::string where = item.where;
    if (item.attachments.size() > core::kMostAttachments) {
        return core::unexpected(core::ErrorCode::usage,
                                where + ": an item has at most 1,000 attachments");
    }
    if (item.id) return at(where, take_own(std::move(item)));
    fit(item, notes_);
    recognise_login_habit(item, notes_);
    if (item.source.empty()) item.source = source_of(item.patch);
    auto made = core::create_item(item.patch, edit_for(item));
    if (!made) return at(where, core::unexpected(std::move(made).error()));
    item.patch.import_mark = ImportMark::of(vault_.sealer(), made->state, item).text();
    return at(where, take_row({std::move(item), std::move(made->state)}));
}

core::Result<void> Importer::take_row(Row&& row) {
    SPAREKEY_TRY(Twins* const same_source, twins(row.item.source));
    const core::RecordId mark = digest_of(*row.item.patch.import_mark);
    bool is_free = false;
    for (Twin& twin : *same_source) {
        is_free = is_free || !twin.claimed;
        if (twin.claimed || twin.mark != mark) continue;
        twin.claimed = true;
        ++counts_.unchanged;
        return {};
    }
    // A changed row may only take what no unchanged row further down claims.
    if (!is_free) return place(row);
    waiting_.push_back(std::move(row));
    return {};
}

core::Result<void> Importer::finish() {
    for (Row& row : waiting_) SPAREKEY_CHECK(at(row.item.where, place(row)));
    waiting_.clear();
    return {};
}

core::Result<void> Importer::place(Row& row) {
    SPAREKEY_TRY(Twins* const all, twins(row.item.source));
    auto twin =
        std::find_if(all->begin(), all->end(), [](const Twin& one) { return !one.claimed; });
    if (twin == all->end()) {
        all->push_back({id_of(row.item.source, all->size()), {}});
        twin = std::prev(all->end());
    }
    twin->claimed = true;
    return take_foreign(*twin, row);
}

core::Result<void> Importer::take_foreign(const Twin& twin, Row& row) {
    if (twin.held == Twin::Held::nothing) return create(twin.id, row);
    if (twin.held == Twin::Held::purged) {
        ++counts_.unchanged;
        return {};
    }
    SPAREKEY_TRY(const std::optional<Present> found, present(twin.id));
    return found ? update_foreign(twin.id, row, *found) : create(twin.id, row);
}

core::Result<void> Importer::take_own(ImportedItem&& item) {
    // From the future: unknown, so that it never undoes later edits.
    if (item.modified_ms > now_ms_) item.modified_ms = 0;
    name_attachments(item, notes_);
    // Malformed is malformed, whether or not the item is here already.
    SPAREKEY_TRY(core::MergeResult made, core::create_item(item.patch, edit_for(item)));
    SPAREKEY_TRY(const std::optional<Present> found, present(*item.id));
    if (found) return update_own(item, *found);
    const core::RecordId id = *item.id;
    Row row{std::move(item), std::move(made.state)};
    return create(id, row);
}

core::Result<core::Attachment> Importer::write_attachment(const core::RecordId& id,
                                                          const std::string& name,
                                                          core::ByteView data) {
    return writer_.write_attachment(id, name, [&data](core::MutableBytes into) {
        const std::size_t size = std::min(into.size(), data.size());
        if (size > 0) std::memcpy(into.data(), data.data(), size);
        data = data.subspan(size);
        return size;
    });
}

core::Result<void> Importer::add_attachments(const core::RecordId& id, ImportedItem& item,
                                             const std::vector<core::Attachment>& present) {
    if (item.attachments.empty()) return {};
    item.patch.attachments = present;
    for (const ImportedAttachment& attachment : item.attachments) {
        if (holds(*item.patch.attachments, attachment)) continue;
        SPAREKEY_TRY(core::Attachment written,
                     write_attachment(id, attachment.name, attachment.data.expose()));
        std::erase_if(*item.patch.attachments,
                      [&](const core::Attachment& one) { return one.name == attachment.name; });
        item.patch.attachments->push_back(std::move(written));
    }
    return {};
}

core::Result<void> Importer::create(const core::RecordId& id, Row& row) {
    ImportedItem& item = row.item;
    const core::Edit edit = edit_for(item);
    core::MergeResult made{std::move(row.made), {}};
    if (!item.attachments.empty()) {
        SPAREKEY_CHECK(add_attachments(id, item, {}));
        core::ItemPatch written;
        written.attachments = std::move(item.patch.attachments);
        SPAREKEY_TRY(made, core::apply_patch(made.state, written, edit));
    }
    if (item.patch.import_mark) {
        core::Draft marked(std::move(made.state), edit);
        marked.set(mark_key(), {core::SecretText::copy_of(*item.patch.import_mark), false, 0});
        made.state = std::move(marked).take();
    }
    SPAREKEY_CHECK(add_conflicts(id, item, made.state));
    made.state.created_ms = item.created_ms > 0 ? item.created_ms : edit.now_ms;
    const bool dated = item.trashed_ms > 0 && item.trashed_ms <= now_ms_;
    settle_trash(made, item.trashed, {dated ? item.trashed_ms : edit.now_ms, edit.device});
    SPAREKEY_CHECK(writer_.write(id, item.revision, std::move(made)));
    SPAREKEY_CHECK(write_history(id, item));
    ++counts_.created;
    return {};
}

/// Our own export knows when it was current: an older one never undoes later edits.
core::Result<void> Importer::update_own(ImportedItem& item, const Present& present) {
    const core::RecordId id = *item.id;
    const core::Item shown = core::view(present.state, id, present.version);
    take_counter(item.patch, present.state, shown);
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
            notes_.skipped.push_back({item.where, "it differs, but is not newer than the vault's"});
        }
        return {};
    }
    SPAREKEY_CHECK(writer_.write(id, present.version + 1, std::move(changed)));
    SPAREKEY_CHECK(write_history(id, item));
    ++counts_.updated;
    return {};
}

core::Result<void> Importer::update_foreign(const core::RecordId& id, Row& row,
                                            const Present& present) {
    const ImportMark old = ImportMark::parse(vault_.sealer(), mark_of(present.state));
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

core::Result<core::MergeResult> Importer::merge_row(const core::RecordId& id, Row& row,
                                                    const Present& present, const ImportMark& old) {
    ImportedItem& item = row.item;
    const core::Edit edit{now_ms_, vault_.device()};
    core::Draft draft(present.state, edit);
    draft.set(mark_key(), {core::SecretText::copy_of(*item.patch.import_mark), false, 0});
    for (const core::Field& field : row.made.fields) {
        core::Value value = core::shown(field.dots).value.clone();
        if (old.has(field.key, value)) continue;  // the source left it as it was
        if (const core::Register* const ours = present.state.find(field.key)) {
            value.order = core::shown(*ours).value.order;
        }
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
    const ImportMark now = ImportMark::parse(vault_.sealer(), *item.patch.import_mark);
    const bool trashed = old.same_trash(now) ? present.state.trashed() : item.trashed;
    settle_trash(changed, trashed, edit);
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
