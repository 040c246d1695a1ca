#include "core/model/limits.h"

#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::core {
namespace {

Unexpected too_large() {
    return unexpected(ErrorCode::usage, "an item holds at most 192 KiB",
                      "keep long texts as attachments");
}

Unexpected too_many(std::string_view what) {
    return unexpected(ErrorCode::usage, "an item has at most " + std::string(what));
}

/// An empty name of what needs one, by the kind of field.
Result<void> check_name(const FieldKey& key) {
    if (!is_element(key.kind) || !key.name.empty()) return {};
    if (key.kind == FieldKind::custom) {
        return unexpected(ErrorCode::usage, "a field needs a name");
    }
    return unexpected(ErrorCode::usage, "an empty URL, tag or identity");
}

/// What this program writes by itself counts for nothing.
bool is_ours(FieldKind kind) {
    return kind == FieldKind::type || kind == FieldKind::favorite || kind == FieldKind::import_mark;
}

/// A custom field has a name and a value, an attachment's value is its manifest, and the rest of
/// the sets has names only.
Result<void> check_field(const Field& field, std::size_t& bytes) {
    const FieldKey& key = field.key;
    if (is_ours(key.kind)) return {};
    SPAREKEY_CHECK(check_name(key));
    if (is_element(key.kind) && key.kind != FieldKind::recovery_code) {
        bytes += key.name.size();
        SPAREKEY_CHECK(
            check_text(key.kind == FieldKind::custom ? "field name" : field_label(key), key.name));
    }
    if (key.kind == FieldKind::attachment) return {};
    const std::string_view text = shown(field.dots).value.text.expose();
    bytes += text.size();
    return check_text(field_label(key), text);
}

}  // namespace

Result<void> check_text(std::string_view label, std::string_view text) {
    if (text.size() > kLongestValue) {
        return unexpected(ErrorCode::usage, printable(label) + " is longer than 64 KiB",
                          "keep long texts as attachments");
    }
    if (text.find('\0') != std::string_view::npos) {
        return unexpected(ErrorCode::usage, printable(label) + " has a NUL character");
    }
    if (!is_utf8(text)) {
        return unexpected(ErrorCode::usage, printable(label) + " is not UTF-8");
    }
    return {};
}

Result<void> check_limits(const ItemState& state) {
    if (state.find({FieldKind::title, {}, 0}) == nullptr) {
        return unexpected(ErrorCode::usage, "an item needs a title");
    }
    std::size_t bytes = 0;
    std::size_t fields = 0;
    for (const Field& field : state.fields) {
        fields += field.key.kind == FieldKind::custom ? 1 : 0;
        SPAREKEY_CHECK(check_field(field, bytes));
    }
    if (fields > kMostFields) return too_many("1,000 fields");
    if (bytes > kLargestItem) return too_large();
    return {};
}

Result<void> check_title(const ItemPatch& patch) {
    // Folded, every kind of space is the one of ASCII.
    const bool is_blank =
        patch.title && fold(*patch.title).find_first_not_of(" \t\n\v\f\r") == std::string::npos;
    if (is_blank) return unexpected(ErrorCode::usage, "an item needs a title");
    return {};
}

Result<void> check_size(const ItemPatch& patch) {
    if (patch.fields && patch.fields->size() > kMostFields) return too_many("1,000 fields");
    if (patch.attachments && patch.attachments->size() > kMostAttachments) {
        return too_many("1,000 attachments");
    }
    std::size_t elements = patch.recovery_codes ? patch.recovery_codes->size() : 0;
    for (const auto* names : {&patch.urls, &patch.tags, &patch.sign_in_with, &patch.recovers_via}) {
        if (*names) elements += (*names)->size();
    }
    if (elements > kMostElements) return too_large();
    return {};
}

bool is_file_name(std::string_view name) {
    const auto forbidden = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '/' || byte < 0x20 || byte == 0x7f;
    };
    return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
           std::none_of(name.begin(), name.end(), forbidden);
}

}  // namespace sparekey::core
