#include "cli/formats/import.h"
#include "cli/formats/item_json_object.h"
#include "cli/formats/json_items.h"
#include "cli/formats/time_text.h"
#include "core/crypto/hash.h"
#include "core/model/limits.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

namespace sparekey::cli {
namespace {

namespace json = boost::json;
using core::SecretText;

core::Unexpected malformed(const std::string& what) {
    return core::unexpected(core::ErrorCode::usage, what);
}

/// The member unless it is missing or null.
const json::value* present_member(const json::object& object, std::string_view name) {
    const json::value* const found = member(object, name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

std::optional<std::uint64_t> number_of(const json::value& value, std::uint64_t most) {
    if (!value.is_int64() || value.get_int64() < 0) return std::nullopt;
    const auto number = static_cast<std::uint64_t>(value.get_int64());
    return number <= most ? std::optional(number) : std::nullopt;
}

core::Result<std::uint64_t> number_member(const json::object& object, std::string_view name,
                                          std::uint64_t most, std::uint64_t otherwise) {
    const json::value* const found = present_member(object, name);
    const auto number = found == nullptr ? otherwise : number_of(*found, most);
    if (!number) return malformed("\"" + std::string(name) + "\" is not a number in range");
    return *number;
}

core::Result<bool> flag_member(const json::object& object, std::string_view name) {
    const json::value* const found = present_member(object, name);
    if (found != nullptr && !found->is_bool()) {
        return malformed("\"" + std::string(name) + "\" has to be true or false");
    }
    return found != nullptr && found->get_bool();
}

core::Result<std::string_view> string_member(const json::object& object, std::string_view name) {
    const json::value* const found = present_member(object, name);
    if (found != nullptr && !found->is_string()) {
        return malformed("\"" + std::string(name) + "\" has to be text");
    }
    return text_member(object, name);
}

/// 0 if there is none.
core::Result<std::uint64_t> time_text_member(const json::object& object, std::string_view name) {
    SPAREKEY_TRY(const std::string_view text, string_member(object, name));
    const auto time = text.empty() ? std::uint64_t{0} : parse_time(text);
    if (!time) return malformed("\"" + std::string(name) + "\" is not a time");
    return *time;
}

core::Result<const json::array*> array_member(const json::object& object, std::string_view name) {
    static const json::array kNone;
    const json::value* const found = present_member(object, name);
    if (found == nullptr) return &kNone;
    if (!found->is_array()) return malformed("\"" + std::string(name) + "\" has to be an array");
    return &found->get_array();
}

core::Result<core::SecretBytes> data_member(const json::object& object) {
    SPAREKEY_TRY(const std::string_view text, string_member(object, "data"));
    auto bytes = core::from_base64(text);
    if (!bytes) return malformed("an attachment's data is not base64");
    core::SecretBytes data = core::SecretBytes::copy_of(*bytes);
    core::wipe(*bytes);
    return data;
}

/// The register that a line of `history --json` speaks of, by the field as people name it.
core::FieldKey key_of(std::string_view label, std::string_view value) {
    using enum core::FieldKind;
    for (const core::FieldKind kind : {type, title, username, password, totp, notes, favorite}) {
        if (label == core::field_label({kind, {}, 0})) return {kind, {}, 0};
    }
    for (const core::FieldKind kind : {url, tag, sign_in_with, recovers_via, attachment}) {
        if (label == core::field_label({kind, {}, 0})) return {kind, std::string(value), 0};
    }
    if (label == core::field_label({recovery_code, {}, 0})) {
        const core::Hash hash = core::sha256(core::bytes_of(value));
        return {recovery_code, core::to_hex(core::ByteView(hash).first(8)), 0};
    }
    return {custom, std::string(core::custom_name(label)), 0};
}

bool is_named_by_value(core::FieldKind kind) {
    return core::is_element(kind) && kind != core::FieldKind::custom &&
           kind != core::FieldKind::recovery_code;
}

/// A line as INTERFACE describes it. A custom field is secret unless the item's own says otherwise.
core::Result<void> read_plain_line(const json::object& line, const core::ItemPatch& patch,
                                   ImportedValue& value) {
    SPAREKEY_TRY(const std::string_view label, string_member(line, "field"));
    SPAREKEY_TRY(const std::string_view text, string_member(line, "value"));
    if (label.empty()) return malformed("a history entry lacks its field");
    value.key = key_of(label, text);
    if (!is_named_by_value(value.key.kind)) value.value.text = SecretText::copy_of(text);
    value.value.secret = value.key.kind == core::FieldKind::custom;
    if (!patch.fields) return {};
    for (const core::CustomField& field : *patch.fields) {
        if (field.name == value.key.name) value.value.secret = field.secret && value.value.secret;
    }
    return {};
}

/// A line as our own export writes it, with what makes the same record again.
core::Result<void> read_record(const json::value& record, ImportedValue& value) {
    const json::object* const stored = record.if_object();
    if (stored == nullptr) return malformed("a history entry's record is not an object");
    SPAREKEY_TRY(const std::uint64_t kind, number_member(*stored, "kind", 255, 255));
    SPAREKEY_TRY(const std::uint64_t ordinal, number_member(*stored, "ordinal", 65535, 0));
    SPAREKEY_TRY(const std::uint64_t order, number_member(*stored, "order", 0xffffffff, 0));
    SPAREKEY_TRY(const std::uint64_t counter, number_member(*stored, "counter", 0xffffffff, 0));
    SPAREKEY_TRY(const bool secret, flag_member(*stored, "secret"));
    SPAREKEY_TRY(const std::string_view name, string_member(*stored, "name"));
    SPAREKEY_TRY(const std::string_view text, string_member(*stored, "text"));
    value.key = {static_cast<core::FieldKind>(kind), std::string(name),
                 static_cast<std::uint16_t>(ordinal)};
    if (!core::is_well_formed(value.key)) {
        return malformed("a history entry's record is of no field that there is");
    }
    value.value = {SecretText::copy_of(text), secret, static_cast<std::uint32_t>(order)};
    value.counter = static_cast<std::uint32_t>(counter);
    return {};
}

core::Result<ImportedValue> read_history_line(const json::value& one,
                                              const core::ItemPatch& patch) {
    const json::object* const line = one.if_object();
    if (line == nullptr) return malformed("a history entry is not an object");
    ImportedValue value;
    if (const json::value* const record = present_member(*line, "record")) {
        SPAREKEY_CHECK(read_record(*record, value));
    } else {
        SPAREKEY_CHECK(read_plain_line(*line, patch, value));
    }
    SPAREKEY_TRY(value.at_ms, time_text_member(*line, "at"));
    SPAREKEY_TRY(const std::string_view device, string_member(*line, "device"));
    value.device = core::DeviceId::parse(device);
    if (!device.empty() && !value.device) return malformed("a history entry's device is malformed");
    if (present_member(*line, "data") != nullptr) {
        SPAREKEY_TRY(value.data, data_member(*line));
    }
    SPAREKEY_CHECK(core::check_text(core::field_label(value.key), value.value.text.expose()));
    SPAREKEY_CHECK(core::check_text("history field", value.key.name));
    return value;
}

core::Result<ImportedAttachment> read_attachment(const json::value& one) {
    const json::object* const members = one.if_object();
    if (members == nullptr) return malformed("an attachment is not an object");
    SPAREKEY_TRY(const std::string_view name, string_member(*members, "name"));
    SPAREKEY_TRY(const std::string_view digest, string_member(*members, "sha256"));
    if (name.empty() || present_member(*members, "data") == nullptr) {
        return malformed("an attachment lacks its name or data");
    }
    SPAREKEY_TRY(core::SecretBytes data, data_member(*members));
    SPAREKEY_TRY(const std::uint64_t size,
                 number_member(*members, "size", kLargestImport, data.size()));
    const bool same = digest.empty() || core::to_hex(core::sha256(data.expose())) == digest;
    if (!same || size != data.size()) {
        return malformed("the attachment " + core::printable(name) + " is not what it was");
    }
    return ImportedAttachment{std::string(name), std::move(data)};
}

core::Result<void> read_lists(const json::object& members, ImportedItem& item, ImportNotes& notes) {
    SPAREKEY_TRY(const json::array* const history, array_member(members, "history"));
    for (const json::value& line : *history) {
        SPAREKEY_TRY(ImportedValue value, read_history_line(line, item.patch));
        const bool empty = value.key.kind == core::FieldKind::attachment && !value.data &&
                           value.value.text.empty();
        if (empty) {
            notes.skipped.push_back({item.where, "the history names the attachment \"" +
                                                     value.key.name + "\" without its data"});
        } else {
            item.history.push_back(std::move(value));
        }
    }
    SPAREKEY_TRY(const json::array* const conflicting, array_member(members, "conflicting"));
    for (const json::value& line : *conflicting) {
        SPAREKEY_TRY(ImportedValue value, read_history_line(line, item.patch));
        if (value.key.kind == core::FieldKind::import_mark) {
            return malformed("an import mark has no conflict");
        }
        item.conflicting.push_back(std::move(value));
    }
    SPAREKEY_TRY(const json::array* const attachments, array_member(members, "attachments"));
    for (const json::value& stored : *attachments) {
        SPAREKEY_TRY(ImportedAttachment attachment, read_attachment(stored));
        item.attachments.push_back(std::move(attachment));
    }
    return {};
}

core::Result<void> read_item(const json::value& one, ImportedItem& item, ImportNotes& notes) {
    constexpr std::array<std::string_view, 3> kExtra = {"history", "attachments", "conflicting"};
    constexpr std::uint64_t kMostRevisions = std::uint64_t{1} << 62;
    const json::object* const members = one.if_object();
    if (members == nullptr) return malformed("it is not an object");
    SPAREKEY_TRY(item.patch, patch_from_object(*members, kExtra));
    if (item.patch.title.value_or("").empty()) return malformed("its title is missing");
    SPAREKEY_TRY(const std::string_view id, string_member(*members, "id"));
    item.id = core::RecordId::parse(id);
    if (!id.empty() && !item.id) return malformed("its id is malformed");
    SPAREKEY_TRY(item.created_ms, time_text_member(*members, "created"));
    SPAREKEY_TRY(item.modified_ms, time_text_member(*members, "modified"));
    SPAREKEY_TRY(item.trashed, flag_member(*members, "deleted"));
    SPAREKEY_TRY(item.revision, number_member(*members, "revision", kMostRevisions, 1));
    item.revision = std::max<std::uint64_t>(1, item.revision);
    return read_lists(*members, item, notes);
}

}  // namespace

core::Result<void> read_own_json(core::SecretBytes& file, const ImportSink& sink,
                                 ImportNotes& notes) {
    SPAREKEY_TRY(JsonItems items, JsonItems::open(core::text_of(file.expose()), "items"));
    const json::object* const frame = items.frame();
    const json::value* const version =
        frame == nullptr ? nullptr : member(*frame, "sparekey_export");
    if (version == nullptr || !items.has_list()) {
        return core::unexpected(core::ErrorCode::usage, "this is not a Sparekey export");
    }
    if (!version->is_int64() || version->get_int64() != 1) {
        return core::unexpected(core::ErrorCode::usage, "this export was made by a newer Sparekey",
                                "update this program");
    }
    for (std::size_t count = 1;; ++count) {
        SPAREKEY_TRY(const json::value* const one, items.next());
        if (one == nullptr) return {};
        ImportedItem item;
        notes.advance(items.done(), items.size());
        item.where = "item " + std::to_string(count);
        if (auto read = read_item(*one, item, notes); !read) {
            core::Error error = std::move(read).error();
            error.message = item.where + ": " + error.message;
            return core::unexpected(std::move(error));
        }
        SPAREKEY_CHECK(sink(std::move(item)));
    }
}

}  // namespace sparekey::cli
