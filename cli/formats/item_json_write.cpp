#include "cli/formats/item_json.h"
#include "cli/formats/time_text.h"

namespace sparekey::cli {
namespace {

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const std::string& text : texts) json.text(text);
    json.end_array();
}

void write_fields(JsonWriter& json, const core::Item& item, Secrets secrets) {
    json.key("fields").begin_array();
    for (const core::CustomField& field : item.fields) {
        json.begin_object().field("name", field.name);
        if (secrets == Secrets::with || !field.secret) json.field("value", field.value.expose());
        json.field_bool("secret", field.secret).end_object();
    }
    json.end_array();
}

void write_tail(JsonWriter& json, const core::Item& item) {
    json.field_bool("favorite", item.favorite)
        .field("created", format_time(item.created_ms))
        .field("modified", format_time(item.modified_ms))
        .field("revision", static_cast<std::int64_t>(item.revision))
        .field_bool("deleted", item.deleted)
        .field("conflicts", static_cast<std::int64_t>(item.conflicts));
}

void write_head(JsonWriter& json, const core::Item& item) {
    json.field("id", item.id.text())
        .field("type", core::type_name(item.type))
        .field("title", item.title)
        .field("username", item.username);
}

}  // namespace

void write_item_members(JsonWriter& json, const core::Item& item, Secrets secrets) {
    write_head(json, item);
    if (secrets == Secrets::with) {
        json.field("password", item.password.expose()).field("totp", item.totp.expose());
    }
    write_texts(json, "urls", item.urls);
    if (secrets == Secrets::with) json.field("notes", item.notes.expose());
    write_texts(json, "tags", item.tags);
    write_fields(json, item, secrets);
    write_texts(json, "sign_in_with", item.sign_in_with);
    write_texts(json, "recovers_via", item.recovers_via);
    if (secrets == Secrets::with) {
        json.key("recovery_codes").begin_array();
        for (const core::SecretText& code : item.recovery_codes) json.text(code.expose());
        json.end_array();
    }
    write_tail(json, item);
}

void write_item(JsonWriter& json, const core::Item& item, Secrets secrets) {
    json.begin_object();
    write_item_members(json, item, secrets);
    json.end_object();
}

void write_summary(JsonWriter& json, const core::Item& item) {
    json.begin_object();
    write_head(json, item);
    write_texts(json, "urls", item.urls);
    write_texts(json, "tags", item.tags);
    write_tail(json, item);
    json.end_object();
}

}  // namespace sparekey::cli
