#include "cli/background_sync.h"
#include "cli/commands/commands.h"
#include "cli/counted.h"
#include "cli/formats/time_text.h"
#include "cli/session.h"

namespace sparekey::cli {
namespace {

/// What needs no key, and what does if the vault is open or a password source was named.
struct Status {
    core::VaultId vault;
    core::KdfCost kdf;
    std::optional<VaultCounts> counts;
    std::optional<sync::Membership> membership;
    std::string background_trouble = {};

    /// Empty: not known, or without a name.
    std::string device_name() const {
        if (!membership) return {};
        for (const core::KnownDevice& device : membership->devices) {
            if (device.id == membership->device) return device.name;
        }
        return {};
    }
    bool is_synced() const {
        return membership && membership->stage != core::AccountStage::starting;
    }
};

void print_identities(JsonWriter& json, const std::vector<core::LinkedIdentity>& identities) {
    json.key("identities").begin_array();
    for (const core::LinkedIdentity& identity : identities) {
        json.begin_object()
            .field("id", identity.id)
            .field("provider", identity.provider)
            .field("display", identity.display)
            .end_object();
    }
    json.end_array();
}

void print_sync(JsonWriter& json, const Status& status) {
    json.key("sync");
    if (!status.is_synced()) {
        json.null();
        return;
    }
    const sync::Membership& membership = *status.membership;
    json.begin_object()
        .field("server", membership.origin)
        .field("account", membership.vault.text());
    print_identities(json, membership.identities);
    json.key("last_sync");
    if (membership.synced_ms == 0) {
        json.null();
    } else {
        json.text(format_time(membership.synced_ms));
    }
    json.field("pending", static_cast<std::int64_t>(membership.pending))
        .field("revision", static_cast<std::int64_t>(membership.head.n))
        .field("head", core::head_fingerprint(membership.head))
        .end_object();
}

/// "26 h ago": of the last news of a server.
std::string age(std::uint64_t then_ms, std::uint64_t now_ms) {
    const std::uint64_t minutes = now_ms > then_ms ? (now_ms - then_ms) / 60'000 : 0;
    if (minutes < 120) return std::to_string(minutes) + " min ago";
    return std::to_string(minutes / 60) + " h ago";
}

void tell_sync(Session& session, const Status& status) {
    Output& out = session.out();
    if (!status.is_synced()) return out.line("sync:       this device only");
    const sync::Membership& membership = *status.membership;
    const std::uint64_t now = session.clock().now_ms();
    out.line("sync:       " + membership.origin +
             (membership.stage == core::AccountStage::left ? ", logged out" : ""));
    for (const core::LinkedIdentity& identity : membership.identities) {
        out.line("login:      " + identity.id +
                 (identity.display.empty() ? "" : " (" + identity.display + ")"));
    }
    out.line("last sync:  " +
             (membership.synced_ms ? age(membership.synced_ms, now) : "never; sparekey sync") +
             ", last news " + age(membership.head_ms, now));
    out.line("unsent:     " + counted(membership.pending, "record"));
    out.line("head:       " + core::head_fingerprint(membership.head));
    if (status.background_trouble.empty()) return;
    out.line("background: " + status.background_trouble);
}

void print_json(Session& session, const Status& status) {
    JsonWriter json;
    json.begin_object().field("vault_id", status.vault.text()).field_bool("locked", !status.counts);
    const auto number = [&](std::string_view name, std::uint64_t VaultCounts::*member) {
        json.key(name);
        if (status.counts) {
            json.number(static_cast<std::int64_t>((*status.counts).*member));
        } else {
            json.null();
        }
    };
    number("items", &VaultCounts::items);
    number("trashed", &VaultCounts::trashed);
    number("conflicts", &VaultCounts::conflicts);
    json.key("kit_proved");
    if (status.counts && status.counts->kit_proved) {
        json.text(format_time(*status.counts->kit_proved));
    } else {
        json.null();
    }
    json.key("kdf")
        .begin_object()
        .field("memory", static_cast<std::int64_t>(status.kdf.memory))
        .field("passes", static_cast<std::int64_t>(status.kdf.passes))
        .end_object();
    json.key("device");
    if (!status.counts) {
        json.null();
    } else {
        json.begin_object().field("id", status.counts->device.text()).key("name");
        const std::string name = status.device_name();
        if (name.empty()) {
            json.null();
        } else {
            json.text(name);
        }
        json.end_object();
    }
    print_sync(json, status);
    json.end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

void print_text(Session& session, const Status& status) {
    Output& out = session.out();
    out.line("vault:      " + session.options().vault_name + " (" + status.vault.text() + ")");
    out.line("key cost:   " + std::to_string(status.kdf.memory >> 20) + " MiB, " +
             counted(status.kdf.passes, "pass", "passes"));
    out.line(std::string("state:      ") + (status.counts ? "unlocked" : "locked"));
    if (!status.counts) return;
    const VaultCounts& counts = *status.counts;
    out.line("items:      " + std::to_string(counts.items) + ", " + std::to_string(counts.trashed) +
             " in the trash");
    out.line("conflicts:  " + std::to_string(counts.conflicts));
    out.line("kit proved: " +
             (counts.kit_proved ? format_time(*counts.kit_proved) : "never; sparekey kit drill"));
    tell_sync(session, status);
}

core::Result<void> run_status(Session& session, const Arguments&) {
    SPAREKEY_TRY(const core::KeySlotsFile file, session.key_slots());
    Status status{file.slots.vault, file.slots.policy, {}, {}};
    SPAREKEY_TRY(const bool open, session.agent_is_open());
    if (open || session.credential_is_named()) {
        SPAREKEY_TRY(VaultAccess* const access, session.access());
        SPAREKEY_TRY(status.counts, access->counts());
        SPAREKEY_TRY(status.membership, access->replica().membership());
    }
    SPAREKEY_TRY(const Config config, session.config());
    if (config.background_sync) {
        status.background_trouble = background_trouble(session.folder_paths());
    }
    if (session.out().json()) {
        print_json(session, status);
    } else {
        print_text(session, status);
    }
    return {};
}

}  // namespace

CommandSpec commands::status() {
    return {"status",
            "what this vault is and holds",
            {},
            {},
            run_status,
            "",
            "Asks for nothing: counts are told only if a password source is named."};
}

}  // namespace sparekey::cli
