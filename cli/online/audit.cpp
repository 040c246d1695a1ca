#include "cli/commands/items.h"
#include "cli/formats/time_text.h"
#include "cli/online/commands.h"
#include "cli/online/member.h"
#include "sync/client/account_calls.h"

namespace sparekey::cli::online {
namespace {

void print_json(Session& session, const sync::AuditLine& line) {
    const sync::AuditEntry& entry = line.entry;
    JsonWriter json;
    json.begin_object()
        .field("at", format_time(entry.at_ms))
        .field("action", entry.action)
        .field("actor", entry.actor)
        .field("address", entry.address)
        .field("detail", entry.detail)
        .field("n", static_cast<std::int64_t>(line.n))
        .field("hash", core::to_hex(line.hash))
        .end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

}  // namespace

core::Result<void> audit(Session& session, const Arguments&) {
    SPAREKEY_TRY(const auto member, Member::open(session));
    const sync::Membership& membership = member->membership();
    SPAREKEY_TRY(const std::vector<sync::AuditLine> lines,
                 sync::audit_log(member->connection(), membership.vault, membership.audit));
    if (session.out().json()) {
        for (const sync::AuditLine& line : lines) print_json(session, line);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const sync::AuditLine& line : lines) {
        const sync::AuditEntry& entry = line.entry;
        rows.push_back(
            {short_time(entry.at_ms), entry.action, entry.actor, entry.address, entry.detail});
    }
    session.out().table({"AT", "ACTION", "ACTOR", "ADDRESS", "DETAIL"}, rows);
    return {};
}

}  // namespace sparekey::cli::online
