#include "cli/formats/own_json.h"
#include "cli/formats/time_text.h"

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
    SPAREKEY_TRY(const core::Item item, vault.item(id));
    SPAREKEY_TRY(const std::vector<core::HistoryLine> lines, vault.history(id));
    json_.begin_object();
    write_item_members(json_, item, Secrets::with);
    history(lines);
    SPAREKEY_CHECK(attachments(vault, item));
    json_.end_object();
    write_(json_.drain().expose());
    return {};
}

/// Beyond what `history --json` shows, what an import needs to make the same record again.
void ExportWriter::history(const std::vector<core::HistoryLine>& lines) {
    json_.key("history").begin_array();
    for (const core::HistoryLine& line : lines) {
        const core::FieldKey& key = line.entry.key;
        const core::Dot& dot = line.entry.dot;
        json_.begin_object()
            .field("n", static_cast<std::int64_t>(line.n))
            .field("field", core::field_label(key))
            .field("value", core::history_text(line.entry))
            .field("at", format_time(dot.stamp.at.wall_ms))
            .field("device", dot.stamp.device.text())
            .key("record")
            .begin_object()
            .field("kind", static_cast<std::int64_t>(key.kind))
            .field("name", key.name)
            .field("ordinal", static_cast<std::int64_t>(key.ordinal))
            .field("text", dot.value.text.expose())
            .field_bool("secret", dot.value.secret)
            .field("order", static_cast<std::int64_t>(dot.value.order))
            .field("counter", static_cast<std::int64_t>(dot.stamp.at.counter))
            .end_object()
            .end_object();
    }
    json_.end_array();
}

core::Result<void> ExportWriter::attachments(core::Vault& vault, const core::Item& item) {
    json_.key("attachments").begin_array();
    for (const core::Attachment& attachment : item.attachments) {
        core::SecretBuilder data;
        SPAREKEY_CHECK(vault.read_attachment(item.id, attachment.name,
                                             [&](core::ByteView chunk) { data.append(chunk); }));
        const core::SecretText encoded = core::SecretText::copy_of(core::to_base64(data.expose()));
        json_.begin_object()
            .field("name", attachment.name)
            .field("size", static_cast<std::int64_t>(attachment.size))
            .field("sha256", core::to_hex(attachment.sha256))
            .field("data", encoded.expose())
            .end_object();
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
