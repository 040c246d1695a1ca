#include "cli/commands/fields.h"

#include "cli/counted.h"
#include "cli/formats/time_text.h"

namespace sparekey::cli {
namespace {

void print_line(Output& out, std::string_view label, std::string_view value) {
    if (value.empty()) return;
    core::SecretBuilder text;
    text.append(label);
    text.append(": ");
    text.append(value);
    out.line(core::text_of(text.expose()));
}

}  // namespace

void print_item(Output& out, const core::Item& item) {
    print_line(out, "title", item.title);
    if (item.deleted) print_line(out, "in the trash", "yes");
    print_line(out, "type", core::type_name(item.type));
    print_line(out, "username", item.username);
    print_line(out, "password", item.password.expose());
    print_line(out, "totp", item.totp.expose());
    for (const std::string& url : item.urls) print_line(out, "url", url);
    for (const std::string& tag : item.tags) print_line(out, "tag", tag);
    for (const std::string& name : item.sign_in_with) print_line(out, "sign in with", name);
    for (const std::string& name : item.recovers_via) print_line(out, "recovers via", name);
    for (const core::CustomField& field : item.fields) {
        print_line(out, field.name, field.value.expose());
    }
    if (!item.recovery_codes.empty()) {
        print_line(out, "recovery codes", std::to_string(item.recovery_codes.size()) + " unused");
    }
    for (const core::Attachment& attachment : item.attachments) {
        print_line(out, "attachment",
                   attachment.name + " (" + counted(attachment.size, "byte") + ")");
    }
    print_line(out, "notes", item.notes.expose());
    if (item.conflicts > 0) {
        print_line(out, "conflicts", std::to_string(item.conflicts) + ", see sparekey conflicts");
    }
    print_line(out, "modified", format_time(item.modified_ms));
    print_line(out, "id", item.id.text());
}

}  // namespace sparekey::cli
