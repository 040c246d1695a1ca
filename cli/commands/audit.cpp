#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "cli/formats/time_text.h"

namespace sparekey::cli {
namespace {

void print_json(Session& session, const std::vector<storage::AuditLine>& lines) {
    for (const storage::AuditLine& line : lines) {
        JsonWriter json;
        json.begin_object().field("at", format_time(line.at_ms)).field("action", line.action);
        json.key("item");
        if (line.item) {
            json.text(line.item->text());
        } else {
            json.null();
        }
        json.key("field");
        if (line.field.empty()) {
            json.null();
        } else {
            json.text(line.field);
        }
        json.field("by", line.by).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    }
}

void print_table(Session& session, const std::vector<storage::AuditLine>& lines) {
    std::vector<std::vector<std::string>> rows;
    for (const storage::AuditLine& line : lines) {
        rows.push_back({short_time(line.at_ms), line.action, line.by,
                        line.field.empty() ? "(all)" : line.field,
                        line.item ? line.item->text() : "(every item)"});
    }
    session.out().table({"AT", "ACTION", "BY", "FIELD", "ITEM"}, rows);
}

core::Result<void> run_audit(Session& session, const Arguments&) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const std::vector<storage::AuditLine> lines,
                 access->audit(storage::kAuditLinesKept));
    if (session.out().json()) {
        print_json(session, lines);
    } else {
        print_table(session, lines);
    }
    return {};
}

}  // namespace

CommandSpec commands::audit() {
    return {
        "audit",
        "which secrets were handed out, by what, when",
        {},
        {{"--server", "", "what the server wrote down of this account: logins, devices, pushes"}},
        run_audit,
        "",
        "Never holds a value. The last 10,000 lines are kept, in the vault, on this device.\n"
        "With --server the lines are verified: a log that was cut or changed is exit 8.",
        [](const Arguments& arguments) { return arguments.has("--server"); }};
}

}  // namespace sparekey::cli
