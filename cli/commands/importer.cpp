#include "cli/commands/importer.h"

#include "core/crypto/hash.h"

#include <algorithm>
#include <cstring>

namespace sparekey::cli {
namespace {

constexpr core::FieldKey mark_key() {
    return {core::FieldKind::import_mark, {}, 0};
}

core::Result<void> at(const ImportedItem& item, core::Result<void> result) {
    if (result) return result;
    core::Error error = std::move(result).error();
    error.message = item.where + ": " + error.message;
    return core::unexpected(std::move(error));
}

}  // namespace

Importer::Importer(core::Vault& vault, std::string_view format)
    : vault_(vault),
      format_(format),
      now_ms_(vault.clock().now_ms()),
      transaction_(vault.store().begin()),
      writer_(vault.sealer(), vault.store(), *transaction_) {}

core::Edit Importer::edit_for(const ImportedItem& item) const {
    const bool known = item.modified_ms > 0 && item.modified_ms <= now_ms_;
    return {known ? item.modified_ms : now_ms_, vault_.device()};
}

/// The same row gets the same id each time; rows that look the same are counted.
core::RecordId Importer::id_for(const ImportedItem& item) {
    if (item.id) return *item.id;
    const std::size_t ordinal = repeated_[item.source]++;
    const std::string name = format_ + '\x1f' + std::to_string(ordinal) + '\x1f' + item.source;
    return core::RecordId::cut_from(vault_.sealer().keyed_hash("import-id", core::bytes_of(name)));
}

/// A keyed hash over everything that the row says.
std::string Importer::mark_for(const ImportedItem& item) {
    core::SecretBuilder all;
    // A patch applied at a fixed time by a fixed device encodes the same each time.
    const auto made = core::create_item(item.patch, {1, core::DeviceId{}});
    if (made) all.append(core::encode(made->state).expose());
    for (const ImportedAttachment& attachment : item.attachments) {
        all.append(attachment.name);
        all.append(core::sha256(attachment.data.expose()));
    }
    all.append(item.trashed ? '1' : '0');
    return core::to_hex(vault_.sealer().keyed_hash("import-mark", all.expose()));
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

core::Result<void> Importer::take(ImportedItem&& item) {
    const core::RecordId id = id_for(item);
    auto found = present(id);
    if (!found) return at(item, core::unexpected(std::move(found).error()));
    if (!item.id) item.patch.import_mark = mark_for(item);
    return at(item, *found ? update(id, item, **found) : create(id, item));
}

core::Result<void> Importer::add_attachments(const core::RecordId& id, ImportedItem& item,
                                             const std::vector<core::Attachment>& present) {
    if (item.attachments.empty()) return {};
    item.patch.attachments = present;
    for (const ImportedAttachment& attachment : item.attachments) {
        const core::Hash digest = core::sha256(attachment.data.expose());
        auto& all = *item.patch.attachments;
        const auto same_name = std::find_if(
            all.begin(), all.end(), [&](const auto& one) { return one.name == attachment.name; });
        if (same_name != all.end() && same_name->sha256 == digest) continue;
        core::ByteView left = attachment.data.expose();
        const auto read = [&](core::MutableBytes into) {
            const std::size_t size = std::min(into.size(), left.size());
            if (size > 0) std::memcpy(into.data(), left.data(), size);
            left = left.subspan(size);
            return size;
        };
        SPAREKEY_TRY(core::Attachment written, writer_.write_attachment(id, attachment.name, read));
        if (same_name != all.end()) {
            *same_name = std::move(written);
        } else {
            all.push_back(std::move(written));
        }
    }
    return {};
}

/// Newest first in the file; counters keep that order among entries of the same millisecond.
core::Result<void> Importer::write_history(const core::RecordId& id, const ImportedItem& item) {
    auto counter = static_cast<std::uint32_t>(item.history.size());
    for (const ImportedValue& value : item.history) {
        core::HistoryEntry entry{id, value.key, {}};
        --counter;
        entry.dot.stamp = {
            {std::min(value.at_ms, core::kLatestTimeMs), value.counter.value_or(counter)},
            value.device.value_or(vault_.device())};
        entry.dot.value = value.value.clone();
        SPAREKEY_CHECK(core::check_text(core::field_label(value.key), value.value.text.expose()));
        SPAREKEY_CHECK(writer_.write_history(entry));
    }
    return {};
}

core::Result<void> Importer::create(const core::RecordId& id, ImportedItem& item) {
    SPAREKEY_CHECK(add_attachments(id, item, {}));
    const core::Edit edit = edit_for(item);
    SPAREKEY_TRY(core::MergeResult made, core::create_item(item.patch, edit));
    made.state.created_ms = item.created_ms > 0 ? item.created_ms : edit.now_ms;
    if (item.trashed) made = core::put_in_trash(made.state, edit);
    SPAREKEY_CHECK(writer_.write(id, item.revision, made));
    SPAREKEY_CHECK(write_history(id, item));
    ++counts_.created;
    return {};
}

core::Result<void> Importer::update(const core::RecordId& id, ImportedItem& item,
                                    const Present& present) {
    const core::Register* const mark = present.state.find(mark_key());
    const bool same_row = mark != nullptr && item.patch.import_mark &&
                          core::shown(*mark).value.text.expose() == *item.patch.import_mark;
    // Our own export knows when it was current: an older one never undoes later edits.
    const bool older = item.id && item.modified_ms <= present.state.context.highest().wall_ms;
    if (same_row || older) {
        ++counts_.unchanged;
        return {};
    }
    const core::Item shown = core::view(present.state, id, present.version);
    SPAREKEY_CHECK(add_attachments(id, item, shown.attachments));
    const core::Edit edit{now_ms_, vault_.device()};
    SPAREKEY_TRY(core::MergeResult changed, core::apply_patch(present.state, item.patch, edit));
    if (core::identical(changed.state, present.state)) {
        ++counts_.unchanged;
        return {};
    }
    SPAREKEY_CHECK(writer_.write(id, present.version + 1, changed));
    ++counts_.updated;
    return {};
}

}  // namespace sparekey::cli
