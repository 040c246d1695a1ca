#include "cli/commands/items.h"
#include "cli/formats/time_text.h"
#include "cli/online/commands.h"
#include "cli/online/exposed.h"
#include "cli/online/member.h"
#include "cli/online/revoke.h"
#include "core/text/unicode.h"
#include "sync/client/account_calls.h"

#include <algorithm>

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

core::Unexpected usage(std::string message) {
    return unexpected(
        ErrorCode::usage, std::move(message),
        "sparekey devices [list | approve CODE | revoke ID [--rotate [--kit FILE]] | exposed]");
}

/// A device as the roster's members know it, and when the server saw it last.
struct Row {
    const core::KnownDevice& device;
    bool current = false;
    std::string last_seen;  // RFC 3339; empty: not known
};

std::vector<Row> rows_of(const sync::Membership& membership, const sync::AccountFacts& facts) {
    std::vector<Row> rows;
    for (const core::KnownDevice& device : membership.devices) {
        Row row{device, device.id == membership.device, {}};
        const auto seen = std::ranges::find(facts.devices, device.id, &sync::SeenDevice::id);
        if (seen != facts.devices.end()) row.last_seen = seen->last_seen;
        rows.push_back(std::move(row));
    }
    return rows;
}

void print_json(Session& session, const std::vector<Row>& rows) {
    JsonWriter json;
    json.begin_array();
    for (const Row& row : rows) {
        const auto text_or_null = [&](std::string_view name, const std::string& text) {
            json.key(name);
            if (text.empty()) {
                json.null();
            } else {
                json.text(text);
            }
        };
        json.begin_object()
            .field("id", row.device.id.text())
            .field("name", row.device.name)
            .field_bool("current", row.current);
        text_or_null("added", row.device.added_ms ? format_time(row.device.added_ms) : "");
        text_or_null("last_seen", row.last_seen);
        json.field_bool("revoked", row.device.removed_ms != 0).end_object();
    }
    json.end_array();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

void print_table(Session& session, const std::vector<Row>& rows) {
    std::vector<std::vector<std::string>> cells;
    for (const Row& row : rows) {
        const std::string state = row.device.removed_ms != 0 ? "removed"
                                  : row.current              ? "this device"
                                                             : "";
        const auto seen = parse_time(row.last_seen);
        cells.push_back({row.device.id.text(), row.device.name,
                         row.device.added_ms ? short_time(row.device.added_ms) : "",
                         seen ? short_time(*seen) : "", state});
    }
    session.out().table({"ID", "NAME", "ADDED", "LAST SEEN", ""}, cells);
}

/// Who joined or left is in the account's history; who was seen when, only the server knows.
Result<sync::AccountFacts> catch_up(Session& session, Member& member) {
    SPAREKEY_CHECK(sync_once(session, member));
    return sync::account_facts(member.connection());
}

Result<void> list(Session& session, Member& member) {
    auto facts = catch_up(session, member);
    if (!facts && facts.error().code != ErrorCode::offline) {
        return unexpected(std::move(facts).error());
    }
    if (!facts) {
        session.out().warn("this is what was known at the last sync: " + facts.error().message);
    }
    const auto rows = rows_of(member.membership(), facts ? *facts : sync::AccountFacts());
    if (session.out().json()) {
        print_json(session, rows);
    } else {
        print_table(session, rows);
    }
    return {};
}

/// Whether a person may have read it on a device that waits: four groups of five (ApprovalCode), as
/// loosely typed as it is compared.
bool is_code(std::string_view typed) {
    constexpr std::size_t kLength = 20;
    std::size_t length = 0;
    for (const char c : typed) {
        if (std::string_view("- \t\r\n").find(c) != std::string_view::npos) continue;
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (c < '0' || c > '8')) return false;
        ++length;
    }
    return length == kLength;
}

core::Enrolment enrolment_of(const Member& member, const sync::WaitingDevice& device) {
    return {member.membership().vault, member.origin(), device.signing, device.box, device.nonce};
}

/// The device whose code was typed, which each side computes from what it sees.
Result<sync::WaitingDevice> find_waiting(Member& member, const std::string& code) {
    SPAREKEY_TRY(const auto waiting, sync::waiting_devices(member.connection()));
    for (const sync::WaitingDevice& device : waiting) {
        if (core::ApprovalCode::of(enrolment_of(member, device)).matches(code)) return device;
    }
    return unexpected(ErrorCode::refused, "no device waits with this code",
                      "compare it with the one that the new device shows, and that both are at " +
                          member.origin());
}

Result<void> approve(Session& session, Member& member, const std::string& code) {
    SPAREKEY_TRY(const sync::WaitingDevice device, find_waiting(member, code));
    SPAREKEY_CHECK(session.confirm("Let the device \"" + core::printable(device.name) + "\" at " +
                                   core::printable(device.address) +
                                   " into this account? It gets the Secret Key."));
    SPAREKEY_TRY(const core::ApprovalAnswer answer,
                 member.replica().approve(enrolment_of(member, device), code));
    SPAREKEY_CHECK(sync::answer_waiting(member.connection(), device, answer));
    session.out().note("the device goes on by itself, once it has been given the master password");
    if (session.out().json()) session.out().raw("{}\n");
    return {};
}

}  // namespace

Result<void> devices(Session& session, const Arguments& arguments) {
    const std::string what = arguments.positional(0).value_or("list");
    const auto which = arguments.positional(1);
    const bool is_alone = what == "list" || what == "exposed";
    if (!is_alone && what != "approve" && what != "revoke") {
        return usage("devices does not know \"" + what + "\"");
    }
    if (is_alone && which) return usage("devices " + what + " takes nothing more");
    if (!is_alone && !which) return usage("devices " + what + " wants one thing more");
    const bool rotates = arguments.has("--rotate");
    if (rotates && what != "revoke") return usage("--rotate belongs to devices revoke");
    if (arguments.has("--kit") && !rotates) return usage("--kit belongs to --rotate");
    if (what == "exposed") return exposed(session);
    if (rotates) return revoke_and_rotate(session, *which, arguments.value("--kit"));
    if (what == "revoke") return revoke(session, *which);
    if (what == "approve" && !is_code(*which)) {
        return unexpected(ErrorCode::usage,
                          in_quotes(*which) + " is no code of a device that waits",
                          "it is four groups of five letters and digits, as the new device shows "
                          "it");
    }
    SPAREKEY_TRY(const auto member, Member::open(session));
    if (what == "approve") return approve(session, *member, *which);
    return list(session, *member);
}

}  // namespace sparekey::cli::online
