#include "cli/formats/own_json.h"
#include "cli/formats/time_text.h"
#include "core/vault/seed.h"

namespace sparekey::cli {

ExportWriter::ExportWriter(std::uint64_t now_ms, std::function<void(core::ByteView)> write)
    : write_(std::move(write)) {
    json_.begin_object()
        .field("sparekey_export", 1)
        .field("exported", format_time(now_ms))
        .key("items")
        .begin_array();
}

core::Result<void> ExportWriter::item(core::Vault& vault, const core::RecordId& id) {
    SPAREKEY_TRY(core::Item item, vault.item(id));
    SPAREKEY_TRY(const core::ItemState state, vault.state(id));
    item.totp = core::current_seed(state, item.totp);
    json_.begin_object();
    write_item_members(json_, item, Secrets::with);
    SPAREKEY_CHECK(history(vault, id));
    SPAREKEY_CHECK(attachments(vault, item));
    SPAREKEY_CHECK(conflicting(vault, id, state));
    json_.end_object();
    write_(json_.drain().expose());
    return {};
}

core::Result<void> ExportWriter::history(core::Vault& vault, const core::RecordId& item) {
    SPAREKEY_TRY(const std::vector<core::HistoryLine> lines, vault.history(item));
    json_.key("history").begin_array();
    for (const core::HistoryLine& stored : lines) {
        json_.begin_object().field("n", static_cast<std::int64_t>(stored.n));
        SPAREKEY_CHECK(line(vault, stored.entry));
        json_.end_object();
    }
    json_.end_array();
    return {};
}

/// Left out where nothing is unresolved.
core::Result<void> ExportWriter::conflicting(core::Vault& vault, const core::RecordId& item,
                                             const core::ItemState& state) {
    const std::vector<core::Conflict> conflicts = core::conflicts(state);
    if (conflicts.empty()) return {};
    json_.key("conflicting").begin_array();
    for (const core::Conflict& conflict : conflicts) {
        const core::Register& dots = *state.find(conflict.key);
        for (auto dot = dots.rbegin(); dot != dots.rend(); ++dot) {
            json_.begin_object();
            SPAREKEY_CHECK(line(vault, {item, conflict.key, dot->clone()}));
            json_.end_object();
        }
    }
    json_.end_array();
    return {};
}

/// Beyond what `history --json` shows, what an import needs to make the same record again.
core::Result<void> ExportWriter::line(core::Vault& vault, const core::HistoryEntry& entry) {
    const core::FieldKey& key = entry.key;
    const core::Dot& dot = entry.dot;
    std::optional<core::Attachment> attachment;
    if (key.kind == core::FieldKind::attachment) {
        attachment = core::parse_manifest(key.name, dot.value.text.expose());
    }
    const bool held = attachment && vault.has_data(*attachment);
    json_.field("field", core::field_label(key))
        .field("value", core::history_text(entry))
        .field("at", format_time(dot.stamp.at.wall_ms))
        .field("device", dot.stamp.device.text())
        .key("record")
        .begin_object()
        .field("kind", static_cast<std::int64_t>(key.kind))
        .field("name", key.name)
        .field("ordinal", static_cast<std::int64_t>(key.ordinal))
        // The manifest says where the data lies, which is another place after an import.
        .field("text", held ? std::string_view() : dot.value.text.expose())
        .field_bool("secret", dot.value.secret)
        .field("order", static_cast<std::int64_t>(dot.value.order))
        .field("counter", static_cast<std::int64_t>(dot.stamp.at.counter))
        .end_object();
    if (held) SPAREKEY_CHECK(data(vault, entry.item, *attachment));
    return {};
}

core::Result<void> ExportWriter::data(core::Vault& vault, const core::RecordId& item,
                                      const core::Attachment& attachment) {
    json_.key("data").begin_base64();
    SPAREKEY_CHECK(vault.read_attachment(item, attachment, [&](core::ByteView chunk) {
        json_.base64(chunk);
        write_(json_.drain().expose());
    }));
    json_.end_base64();
    return {};
}

core::Result<void> ExportWriter::attachments(core::Vault& vault, const core::Item& item) {
    json_.key("attachments").begin_array();
    for (const core::Attachment& attachment : item.attachments) {
        if (!vault.has_data(attachment)) {
            missing_.push_back(item.title + ": " + attachment.name);
            continue;
        }
        json_.begin_object()
            .field("name", attachment.name)
            .field("size", static_cast<std::int64_t>(attachment.size))
            .field("sha256", core::to_hex(attachment.sha256));
        SPAREKEY_CHECK(data(vault, item.id, attachment));
        json_.end_object();
    }
    json_.end_array();
    return {};
}

void ExportWriter::finish() {
    json_.end_array().end_object();
    write_(json_.drain().expose());
    write_(core::bytes_of("\n"));
}

}  // namespace sparekey::cli
