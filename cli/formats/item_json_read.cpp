#include "cli/formats/item_json.h"
#include "cli/formats/item_json_object.h"
#include "cli/formats/json_document.h"
#include "core/model/identity.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

namespace sparekey::cli {
namespace {

namespace json = boost::json;
using core::Result;
using core::SecretText;

constexpr std::array<std::string_view, 6> kIgnored = {"id",       "created", "modified",
                                                      "revision", "deleted", "conflicts"};

core::Unexpected wrong_type(std::string_view key, std::string_view wanted) {
    return core::unexpected(core::ErrorCode::usage,
                            "\"" + core::printable(key) + "\" has to be " + std::string(wanted));
}

std::string_view view_of(const json::string& text) {
    return {text.data(), text.size()};
}

/// null or "": how a document takes a value away, whatever its type.
bool clears(const json::value& value) {
    return value.is_null() || (value.is_string() && value.get_string().empty());
}

Result<SecretText> read_secret(std::string_view key, const json::value& value) {
    if (value.is_null()) return SecretText();
    if (!value.is_string()) return wrong_type(key, "text");
    return SecretText::copy_of(view_of(value.get_string()));
}

Result<std::string> read_text(std::string_view key, const json::value& value) {
    if (value.is_null()) return std::string();
    if (!value.is_string()) return wrong_type(key, "text");
    return std::string(view_of(value.get_string()));
}

Result<std::vector<std::string>> read_texts(std::string_view key, const json::value& value) {
    std::vector<std::string> texts;
    if (clears(value)) return texts;
    if (!value.is_array()) return wrong_type(key, "an array of texts");
    for (const json::value& one : value.get_array()) {
        if (!one.is_string()) return wrong_type(key, "an array of texts");
        texts.emplace_back(view_of(one.get_string()));
    }
    return texts;
}

Result<std::vector<std::string>> read_identities(std::string_view key, const json::value& value) {
    SPAREKEY_TRY(std::vector<std::string> texts, read_texts(key, value));
    for (std::string& text : texts) {
        SPAREKEY_TRY(text, core::normalize_identity(text));
    }
    return texts;
}

Result<std::vector<SecretText>> read_codes(std::string_view key, const json::value& value) {
    std::vector<SecretText> codes;
    if (clears(value)) return codes;
    if (!value.is_array()) return wrong_type(key, "an array of texts");
    for (const json::value& one : value.get_array()) {
        if (!one.is_string()) return wrong_type(key, "an array of texts");
        codes.push_back(SecretText::copy_of(view_of(one.get_string())));
    }
    return codes;
}

core::Unexpected unknown_keys(const std::vector<std::string>& names) {
    std::string listed;
    for (const std::string& name : names) {
        listed += (listed.empty() ? "\"" : ", \"") + core::printable(name) + "\"";
    }
    return core::unexpected(core::ErrorCode::usage, "an item has no key " + listed,
                            "other data goes into \"fields\"");
}

Result<bool> read_flag(std::string_view key, const json::value& value) {
    if (clears(value)) return false;
    if (!value.is_bool()) return wrong_type(key, "true or false");
    return value.get_bool();
}

Result<core::CustomField> read_field(const json::value& value) {
    constexpr std::string_view kForm = "an array of {\"name\", \"value\", \"secret\"}";
    if (!value.is_object()) return wrong_type("fields", kForm);
    core::CustomField field;
    for (const auto& pair : value.get_object()) {
        const std::string_view key(pair.key().data(), pair.key().size());
        if (key == "name") {
            SPAREKEY_TRY(field.name, read_text("fields.name", pair.value()));
        } else if (key == "value") {
            SPAREKEY_TRY(field.value, read_secret("fields.value", pair.value()));
        } else if (key == "secret") {
            SPAREKEY_TRY(field.secret, read_flag("fields.secret", pair.value()));
        } else {
            return unknown_keys({"fields." + std::string(key)});
        }
    }
    if (field.name.empty()) return wrong_type("fields", kForm);
    return field;
}

Result<std::vector<core::CustomField>> read_fields(std::string_view key, const json::value& value) {
    std::vector<core::CustomField> fields;
    if (clears(value)) return fields;
    if (!value.is_array()) return wrong_type(key, "an array");
    for (const json::value& one : value.get_array()) {
        SPAREKEY_TRY(core::CustomField field, read_field(one));
        fields.push_back(std::move(field));
    }
    return fields;
}

Result<core::ItemType> read_type(std::string_view key, const json::value& value) {
    SPAREKEY_TRY(const std::string name, read_text(key, value));
    const auto type = core::parse_type(name.empty() ? "login" : name);
    if (!type) return wrong_type(key, "one of the types that sparekey add --help lists");
    return *type;
}

/// Reads one key's value into its place in the patch.
struct Key {
    std::string_view name;
    Result<void> (*read)(core::ItemPatch&, std::string_view, const json::value&);
};

template <auto Member, auto Read>
Result<void> into_patch(core::ItemPatch& patch, std::string_view key, const json::value& value) {
    SPAREKEY_TRY(patch.*Member, Read(key, value));
    return {};
}

constexpr std::array kKeys = {
    Key{"type", into_patch<&core::ItemPatch::type, read_type>},
    Key{"title", into_patch<&core::ItemPatch::title, read_text>},
    Key{"username", into_patch<&core::ItemPatch::username, read_text>},
    Key{"password", into_patch<&core::ItemPatch::password, read_secret>},
    Key{"totp", into_patch<&core::ItemPatch::totp, read_secret>},
    Key{"urls", into_patch<&core::ItemPatch::urls, read_texts>},
    Key{"notes", into_patch<&core::ItemPatch::notes, read_secret>},
    Key{"tags", into_patch<&core::ItemPatch::tags, read_texts>},
    Key{"fields", into_patch<&core::ItemPatch::fields, read_fields>},
    Key{"sign_in_with", into_patch<&core::ItemPatch::sign_in_with, read_identities>},
    Key{"recovers_via", into_patch<&core::ItemPatch::recovers_via, read_identities>},
    Key{"recovery_codes", into_patch<&core::ItemPatch::recovery_codes, read_codes>},
    Key{"favorite", into_patch<&core::ItemPatch::favorite, read_flag>},
};

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<core::ItemPatch> patch_from_object(const json::object& object,
                                          std::span<const std::string_view> extra) {
    core::ItemPatch patch;
    std::vector<std::string> unknown;
    for (const auto& pair : object) {
        const std::string_view name(pair.key().data(), pair.key().size());
        const auto known = std::find_if(kKeys.begin(), kKeys.end(),
                                        [&](const Key& key) { return key.name == name; });
        if (known != kKeys.end()) {
            SPAREKEY_CHECK(known->read(patch, name, pair.value()));
        } else if (!contains(kIgnored, name) && !contains(extra, name)) {
            unknown.emplace_back(name);
        }
    }
    if (!unknown.empty()) return unknown_keys(unknown);
    return patch;
}

Result<core::ItemPatch> patch_from_json(std::string_view text) {
    SPAREKEY_TRY(const JsonDocument document, JsonDocument::parse(text));
    if (!document.root().is_object()) {
        return core::unexpected(core::ErrorCode::usage, "the document is not a JSON object");
    }
    return patch_from_object(document.root().get_object(), {});
}

}  // namespace sparekey::cli
