#include "cli/commands/importer.h"

#include "cli/commands/imported_state.h"
#include "cli/formats/import_fit.h"
#include "cli/formats/login_habit.h"
#include "core/crypto/hash.h"
#include "core/vault/purged_import.h"

#include <algorithm>
#include <cstring>

namespace sparekey::cli {
namespace {

constexpr std::string_view kDestroyed =
    "was destroyed here for good (trash empty): change it there, as little as you like, and its "
    "next export brings it back";

/// Of what the row says, not of when it was changed.
core::RecordId digest_of(std::string_view text) {
    const std::string mark = ImportMark::without_time(text);
    return core::RecordId::cut_from(core::sha256(core::bytes_of(mark)));
}

core::Result<void> at(const std::string& where, core::Result<void> result) {
    if (result) return result;
    core::Error error = std::move(result).error();
    error.message = where + ": " + error.message;
    return core::unexpected(std::move(error));
}

}  // namespace

Importer::Importer(core::Vault& vault, std::string_view format, ImportNotes& notes)
    : vault_(vault),
      format_(format),
      notes_(notes),
      now_ms_(vault.clock().now_ms()),
      transaction_(vault.store().begin()),
      writer_(vault.sealer(), vault.store(), *transaction_),
      hashes_(vault.sealer().keyed_hashes()),
      mark_hashes_(vault.sealer()) {}

std::size_t Importer::HashOfId::operator()(const core::RecordId& id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.bytes.data(), sizeof hash);
    return hash;
}

core::Edit Importer::edit_for(const ImportedItem& item) const {
    const bool known = item.modified_ms > 0 && item.modified_ms <= now_ms_;
    return {known ? item.modified_ms : now_ms_, vault_.device()};
}

core::RecordId Importer::id_of(const std::string& source, std::size_t ordinal) {
    const std::string name = format_ + '\x1f' + std::to_string(ordinal) + '\x1f' + source;
    return core::RecordId::cut_from(hashes_.of("import-id", core::bytes_of(name)));
}

core::Result<std::optional<Importer::Present>> Importer::present(const core::RecordId& id) {
    if (!vault_.store().contains(id)) return std::optional<Present>();
    SPAREKEY_TRY(const core::Record record, vault_.store().load(id));
    SPAREKEY_TRY(const core::RecordBody body, vault_.sealer().open(record));
    if (record.type != core::RecordType::item) {
        return core::unexpected(core::ErrorCode::usage, "its id is taken by something else");
    }
    SPAREKEY_TRY(core::ItemState state, core::decode_item_state(body.expose(), body.schema));
    return std::optional<Present>(Present{std::move(state), record.version});
}

/// An item that is or was here; nothing if there never was one.
core::Result<std::optional<Importer::Twin>> Importer::known_twin(const core::RecordId& id) {
    SPAREKEY_TRY(const std::optional<Present> found, present(id));
    if (found) return std::optional<Twin>({id, digest_of(mark_of(found->state)), Twin::Held::item});
    SPAREKEY_TRY(const auto purged,
                 core::purged_import(vault_.sealer(), hashes_, vault_.store(), id));
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
    return &*all;
}

core::Result<void> Importer::take(ImportedItem&& item) {
    name_by_title(item, notes_);
    // From the future: unknown, so that it never undoes later edits, or holds later imports up.
    if (item.modified_ms > now_ms_) item.modified_ms = 0;
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
    item.patch.import_mark = ImportMark::of(mark_hashes_, made->state, item).text();
    return at(where, take_row({std::move(item), std::move(made->state)}));
}

core::Result<void> Importer::take_row(Row&& row) {
    SPAREKEY_TRY(Twins* const same_source, twins(row.item.source));
    const core::RecordId mark = digest_of(*row.item.patch.import_mark);
    bool is_free = false;
    for (Twin& twin : same_source->second) {
        const bool is_destroyed = twin.held == Twin::Held::purged;
        is_free = is_free || (!twin.claimed && !is_destroyed);
        if (twin.claimed || twin.mark != mark) continue;
        twin.claimed = true;
        if (is_destroyed) {
            notes_.skipped.push_back({row.item.where, std::string(kDestroyed)});
        } else {
            ++counts_.unchanged;
        }
        return {};
    }
    // A changed row may only take what no unchanged row further down claims.
    if (!is_free) return place(row, *same_source);
    waiting_.push_back(std::move(row));
    return {};
}

core::Result<void> Importer::finish() {
    for (Row& row : waiting_) {
        SPAREKEY_TRY(Twins* const same_source, twins(row.item.source));
        SPAREKEY_CHECK(at(row.item.where, place(row, *same_source)));
    }
    waiting_.clear();
    return {};
}

core::Result<void> Importer::place(Row& row, Twins& twins) {
    auto& [first, all] = twins;
    // What was destroyed is no item that could change: a row that changed since is a new one.
    auto twin = std::find_if(all.begin(), all.end(), [](const Twin& one) {
        return !one.claimed && one.held != Twin::Held::purged;
    });
    if (twin == all.end()) {
        all.push_back({all.empty() ? first : id_of(row.item.source, all.size()), {}});
        twin = std::prev(all.end());
    }
    twin->claimed = true;
    return take_foreign(*twin, row);
}

core::Result<void> Importer::take_foreign(const Twin& twin, Row& row) {
    if (twin.held == Twin::Held::nothing) return create(twin.id, row);
    SPAREKEY_TRY(const std::optional<Present> found, present(twin.id));
    return found ? update_foreign(twin.id, row, *found) : create(twin.id, row);
}

core::Result<void> Importer::take_own(ImportedItem&& item) {
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

}  // namespace sparekey::cli
