#include "cli/formats/import.h"
#include "cli/formats/item_json_object.h"
#include "cli/formats/json_document.h"
#include "cli/formats/time_text.h"
#include "core/crypto/hash.h"
#include "core/text/unicode.h"

#include <array>

namespace sparekey::cli {
namespace {

namespace json = boost::json;
using core::SecretText;

core::Unexpected malformed(const std::string& where, const std::string& what) {
    return core::unexpected(core::ErrorCode::usage, where + ": " + what);
}

std::optional<std::uint64_t> number_member(const json::object& object, std::string_view name,
                                           std::uint64_t most) {
    const json::value* const found = member(object, name);
    if (found == nullptr || !found->is_int64() || found->get_int64() < 0) return std::nullopt;
    const auto value = static_cast<std::uint64_t>(found->get_int64());
    return value <= most ? std::optional(value) : std::nullopt;
}

bool flag_member(const json::object& object, std::string_view name) {
    const json::value* const found = member(object, name);
    return found != nullptr && found->is_bool() && found->get_bool();
}

core::Result<ImportedValue> read_history_line(const json::value& line, const std::string& where) {
    const json::object* const members = line.if_object();
    const json::value* const record = members == nullptr ? nullptr : member(*members, "record");
    if (record == nullptr || !record->is_object()) {
        return malformed(where, "a history entry lacks its record");
    }
    const json::object& stored = record->get_object();
    const auto kind = number_member(stored, "kind", 255);
    const auto ordinal = number_member(stored, "ordinal", 65535);
    const auto order = number_member(stored, "order", 0xffffffff);
    const auto counter = number_member(stored, "counter", 0xffffffff);
    const auto at = parse_time(text_member(*members, "at"));
    const auto device = core::DeviceId::parse(text_member(*members, "device"));
    if (!kind || !core::is_known(static_cast<core::FieldKind>(*kind)) || !ordinal || !order ||
        !counter || !at || !device) {
        return malformed(where, "a history entry is malformed");
    }
    ImportedValue value;
    value.key = {static_cast<core::FieldKind>(*kind), std::string(text_member(stored, "name")),
                 static_cast<std::uint16_t>(*ordinal)};
    value.value = {SecretText::copy_of(text_member(stored, "text")), flag_member(stored, "secret"),
                   static_cast<std::uint32_t>(*order)};
    value.at_ms = *at;
    value.device = device;
    value.counter = static_cast<std::uint32_t>(*counter);
    SPAREKEY_CHECK(core::check_text(core::field_label(value.key), value.value.text.expose()));
    SPAREKEY_CHECK(core::check_text("history field", value.key.name));
    return value;
}

core::Result<ImportedAttachment> read_attachment(const json::value& one, const std::string& where) {
    const json::object* const members = one.if_object();
    if (members == nullptr) return malformed(where, "an attachment is not an object");
    auto data = core::from_base64(text_member(*members, "data"));
    const std::string name(text_member(*members, "name"));
    if (!data || name.empty()) return malformed(where, "an attachment is malformed");
    ImportedAttachment attachment{name, core::SecretBytes::copy_of(*data)};
    core::wipe(*data);
    if (core::to_hex(core::sha256(attachment.data.expose())) != text_member(*members, "sha256")) {
        return malformed(where, "the attachment " + core::printable(name) + " is not what it was");
    }
    return attachment;
}

const json::array& array_member(const json::object& object, std::string_view name) {
    static const json::array kNone;
    const json::value* const found = member(object, name);
    return found != nullptr && found->is_array() ? found->get_array() : kNone;
}

core::Result<ImportedItem> read_item(const json::value& one, const std::string& where) {
    constexpr std::array<std::string_view, 2> kExtra = {"history", "attachments"};
    const json::object* const members = one.if_object();
    if (members == nullptr) return malformed(where, "it is not an object");
    ImportedItem item;
    item.where = where;
    SPAREKEY_TRY(item.patch, patch_from_object(*members, kExtra));
    item.id = core::RecordId::parse(text_member(*members, "id"));
    if (!item.id) return malformed(where, "its id is missing or malformed");
    if (!item.patch.title) return malformed(where, "its title is missing");
    item.created_ms = parse_time(text_member(*members, "created")).value_or(0);
    item.modified_ms = parse_time(text_member(*members, "modified")).value_or(0);
    item.trashed = flag_member(*members, "deleted");
    item.revision = std::max<std::uint64_t>(
        1, number_member(*members, "revision", std::uint64_t{1} << 62).value_or(1));
    for (const json::value& line : array_member(*members, "history")) {
        SPAREKEY_TRY(ImportedValue value, read_history_line(line, where));
        item.history.push_back(std::move(value));
    }
    for (const json::value& stored : array_member(*members, "attachments")) {
        SPAREKEY_TRY(ImportedAttachment attachment, read_attachment(stored, where));
        item.attachments.push_back(std::move(attachment));
    }
    return item;
}

}  // namespace

core::Result<void> read_own_json(core::SecretBytes& file, const ImportSink& sink, ImportNotes&) {
    SPAREKEY_TRY(const JsonDocument document, JsonDocument::parse(core::text_of(file.expose())));
    const json::object* const root = document.root().if_object();
    const json::value* const version = root == nullptr ? nullptr : member(*root, "sparekey_export");
    const json::value* const items = root == nullptr ? nullptr : member(*root, "items");
    if (version == nullptr || items == nullptr || !items->is_array()) {
        return core::unexpected(core::ErrorCode::usage, "this is not a Sparekey export");
    }
    if (!version->is_int64() || version->get_int64() != 1) {
        return core::unexpected(core::ErrorCode::usage, "this export was made by a newer Sparekey",
                                "update this program");
    }
    std::size_t count = 0;
    for (const json::value& one : items->get_array()) {
        SPAREKEY_TRY(ImportedItem item, read_item(one, "item " + std::to_string(++count)));
        SPAREKEY_CHECK(sink(std::move(item)));
    }
    return {};
}

}  // namespace sparekey::cli
