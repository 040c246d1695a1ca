#include "cli/commands/commands.h"
#include "cli/formats/time_text.h"
#include "cli/session.h"

namespace sparekey::cli {
namespace {

/// What needs no key, and what does if the vault is open or a password source was named.
struct Status {
    core::VaultId vault;
    core::KdfCost kdf;
    std::optional<VaultCounts> counts;
};

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
        json.begin_object()
            .field("id", status.counts->device.text())
            .key("name")
            .null()
            .end_object();
    }
    json.key("sync").null().end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

void print_text(Session& session, const Status& status) {
    Output& out = session.out();
    out.line("vault:      " + session.options().vault_name + " (" + status.vault.text() + ")");
    out.line("key cost:   " + std::to_string(status.kdf.memory >> 20) + " MiB, " +
             std::to_string(status.kdf.passes) + " passes");
    out.line(std::string("state:      ") + (status.counts ? "unlocked" : "locked"));
    if (!status.counts) return;
    const VaultCounts& counts = *status.counts;
    out.line("items:      " + std::to_string(counts.items) + ", " + std::to_string(counts.trashed) +
             " in the trash");
    out.line("conflicts:  " + std::to_string(counts.conflicts));
    out.line("kit proved: " +
             (counts.kit_proved ? format_time(*counts.kit_proved) : "never; sparekey kit drill"));
    out.line("sync:       this device only");
}

core::Result<void> run(Session& session, const Arguments&) {
    SPAREKEY_TRY(const core::KeySlotsFile file, storage::read_key_slots(session.folder_paths()));
    Status status{file.slots.vault, file.slots.policy, {}};
    SPAREKEY_TRY(const bool open, session.agent_is_open());
    if (open || session.credential_is_named()) {
        SPAREKEY_TRY(VaultAccess* const access, session.access());
        SPAREKEY_TRY(status.counts, access->counts());
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
            run,
            "",
            "Asks for nothing: counts are told only if a password source is named."};
}

}  // namespace sparekey::cli
