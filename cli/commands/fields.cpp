#include "cli/commands/fields.h"

#include "cli/commands/one_time_code.h"
#include "cli/formats/time_text.h"
#include "core/text/unicode.h"

namespace sparekey::cli {
namespace {

using core::SecretText;

/// Empty if the item has no such field.
SecretText stored_value(const core::Item& item, std::string_view field) {
    if (field == "password") return item.password.clone();
    if (field == "username") return SecretText::copy_of(item.username);
    if (field == "title") return SecretText::copy_of(item.title);
    if (field == "notes") return item.notes.clone();
    if (field == "totp-seed") return item.totp.clone();
    if (field == "url") return SecretText::copy_of(item.urls.empty() ? "" : item.urls.front());
    for (const core::CustomField& custom : item.fields) {
        if (custom.name == field) return custom.value.clone();
    }
    return {};
}

void print_line(Output& out, std::string_view label, std::string_view value) {
    if (value.empty()) return;
    core::SecretBuilder text;
    text.append(label);
    text.append(": ");
    text.append(value);
    out.line(core::text_of(text.expose()));
}

}  // namespace

core::Result<SecretText> field_value(Session& session, core::Vault& vault, const core::RecordId& id,
                                     std::string_view field) {
    if (field == "recovery-code") return vault.peek_recovery_code(id);
    SPAREKEY_TRY(const core::Item item, vault.item(id));
    if (field == "totp") {
        SPAREKEY_TRY(OneTimeCode code, one_time_code(vault, item, session.clock().now_ms()));
        return std::move(code.code);
    }
    SecretText value = stored_value(item, field);
    if (value.empty()) {
        return core::unexpected(core::ErrorCode::not_found,
                                "the item has no " + core::printable(field));
    }
    return value;
}

void print_item(Output& out, const core::Item& item, bool conceal) {
    const auto secret = [&](std::string_view label, std::string_view value) {
        print_line(out, label, conceal && !value.empty() ? kConcealed : value);
    };
    print_line(out, "title", item.title);
    if (item.deleted) print_line(out, "in the trash", "yes");
    print_line(out, "type", core::type_name(item.type));
    print_line(out, "username", item.username);
    secret("password", item.password.expose());
    secret("totp", item.totp.expose());
    for (const std::string& url : item.urls) print_line(out, "url", url);
    for (const std::string& tag : item.tags) print_line(out, "tag", tag);
    for (const std::string& name : item.sign_in_with) print_line(out, "sign in with", name);
    for (const std::string& name : item.recovers_via) print_line(out, "recovers via", name);
    for (const core::CustomField& field : item.fields) {
        if (field.secret) {
            secret(field.name, field.value.expose());
        } else {
            print_line(out, field.name, field.value.expose());
        }
    }
    if (!item.recovery_codes.empty()) {
        print_line(out, "recovery codes", std::to_string(item.recovery_codes.size()) + " unused");
    }
    for (const core::Attachment& attachment : item.attachments) {
        print_line(out, "attachment",
                   attachment.name + " (" + std::to_string(attachment.size) + " bytes)");
    }
    secret("notes", item.notes.expose());
    if (item.conflicts > 0) {
        print_line(out, "conflicts", std::to_string(item.conflicts) + ", see sparekey conflicts");
    }
    print_line(out, "modified", format_time(item.modified_ms));
    print_line(out, "id", item.id.text());
}

}  // namespace sparekey::cli
