#include "cli/formats/bitwarden_fields.h"

#include "cli/formats/json_document.h"

#include <array>

namespace sparekey::cli {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> kMatchRules = {
    "domain", "host", "starts with", "exact", "regular expression", "never"};
constexpr std::int64_t kRegularExpression = 4;
constexpr std::int64_t kNever = 5;

void add_url(core::ItemPatch& patch, std::string_view uri) {
    if (!uri.empty()) patch.urls->emplace_back(uri);
}

/// An expression names no host, and "never" says that the host is not to be served: neither may
/// become an address that `git-credential` answers for.
void take_url(core::ItemPatch& patch, const json::object& one, ImportNotes& notes) {
    const std::string_view uri = text_member(one, "uri");
    const json::value* const match = member(one, "match");
    if (uri.empty() || match == nullptr || match->is_null()) return add_url(patch, uri);
    const std::int64_t rule = match->is_int64() ? match->get_int64() : -1;
    const bool is_known = rule >= 0 && rule < static_cast<std::int64_t>(kMatchRules.size());
    const std::string name =
        is_known ? std::string(kMatchRules[static_cast<std::size_t>(rule)]) : text_of_value(*match);
    if (rule != kRegularExpression && rule != kNever) add_url(patch, uri);
    add_field(patch, "url match: " + name, uri, false);
    notes.keep("login.uris.match");
}

/// What a linked field repeats; other numbers are members of cards and identities.
std::string linked_to(const json::object& field) {
    const json::value* const id = member(field, "linkedId");
    if (id == nullptr || id->is_null()) return {};
    const std::int64_t number = id->is_int64() ? id->get_int64() : 0;
    if (number == 100) return "linked to username";
    if (number == 101) return "linked to password";
    return "linked to " + text_of_value(*id);
}

void take_field(core::ItemPatch& patch, const json::object& field, ImportNotes& notes) {
    constexpr std::int64_t kHidden = 1;
    constexpr std::int64_t kLinked = 3;
    const json::value* const type = member(field, "type");
    const std::int64_t kind = type != nullptr && type->is_int64() ? type->get_int64() : 0;
    const std::string_view name = text_member(field, "name");
    if (kind == kLinked) {
        add_field(patch, name, linked_to(field), false);
        notes.keep("fields (linked)");
        return;
    }
    const json::value* const value = member(field, "value");
    const bool empty =
        value == nullptr || value->is_null() || (value->is_string() && value->get_string().empty());
    if (!empty) return add_field(patch, name, text_of_value(*value), kind == kHidden);
    if (name.empty()) return;
    // A name alone says something too.
    if (!patch.fields) patch.fields.emplace();
    patch.fields->push_back({std::string(name), {}, kind == kHidden});
}

}  // namespace

bool is_empty_bitwarden(const json::value& value) {
    return value.is_null() || (value.is_int64() && value.get_int64() == 0) ||
           (value.is_string() && value.get_string().empty()) ||
           (value.is_array() && value.get_array().empty());
}

void read_bitwarden_urls(core::ItemPatch& patch, const json::object& login, ImportNotes& notes) {
    patch.urls.emplace();
    const json::value* const uris = member(login, "uris");
    const bool listed = uris != nullptr && uris->is_array() && !uris->get_array().empty();
    if (!listed) {
        add_url(patch, text_member(login, "uri"));  // exports before 2018
        return;
    }
    for (const json::value& one : uris->get_array()) {
        if (one.is_string()) add_url(patch, std::string_view(one.get_string()));
        if (one.is_object()) take_url(patch, one.get_object(), notes);
    }
}

void read_bitwarden_fields(core::ItemPatch& patch, const json::object& item, ImportNotes& notes) {
    const json::value* const fields = member(item, "fields");
    if (fields == nullptr || !fields->is_array()) return;
    for (const json::value& one : fields->get_array()) {
        if (one.is_object()) take_field(patch, one.get_object(), notes);
    }
}

}  // namespace sparekey::cli
