#include "cli/commands/commands.h"
#include "cli/formats/time_text.h"
#include "cli/session.h"
#include "core/vault/settings.h"

namespace sparekey::cli {
namespace {

/// What needs no key, and what does if a password source was named.
struct Status {
    core::VaultId vault;
    core::KdfCost kdf;
    bool locked = true;
    std::size_t items = 0;
    std::size_t trashed = 0;
    std::size_t conflicts = 0;
    std::optional<std::uint64_t> kit_proved;
    std::string device;
};

core::Result<void> fill_from_vault(Session& session, Status& status) {
    SPAREKEY_TRY(core::Vault* const vault, session.vault());
    status.locked = false;
    status.items = vault->store().count(core::Shelf::live);
    status.trashed = vault->store().count(core::Shelf::trash);
    vault->store().each_index_row(core::Shelf::live, [&](const core::IndexRow& row) {
        status.conflicts += row.summary.conflicts;
        return true;
    });
    SPAREKEY_TRY(status.kit_proved, core::kit_proved(*vault));
    status.device = vault->device().text();
    return {};
}

void print_json(Session& session, const Status& status) {
    JsonWriter json;
    json.begin_object().field("vault_id", status.vault.text()).field_bool("locked", status.locked);
    const auto number = [&](std::string_view name, std::size_t value) {
        json.key(name);
        if (status.locked) {
            json.null();
        } else {
            json.number(static_cast<std::int64_t>(value));
        }
    };
    number("items", status.items);
    number("trashed", status.trashed);
    number("conflicts", status.conflicts);
    json.key("kit_proved");
    if (status.kit_proved) {
        json.text(format_time(*status.kit_proved));
    } else {
        json.null();
    }
    json.key("kdf")
        .begin_object()
        .field("memory", static_cast<std::int64_t>(status.kdf.memory))
        .field("passes", static_cast<std::int64_t>(status.kdf.passes))
        .end_object();
    json.key("device");
    if (status.locked) {
        json.null();
    } else {
        json.begin_object().field("id", status.device).key("name").null().end_object();
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
    if (status.locked) {
        out.line("state:      locked");
        return;
    }
    out.line("items:      " + std::to_string(status.items) + ", " + std::to_string(status.trashed) +
             " in the trash");
    out.line("conflicts:  " + std::to_string(status.conflicts));
    out.line("kit proved: " +
             (status.kit_proved ? format_time(*status.kit_proved) : "never; sparekey kit drill"));
    out.line("sync:       this device only");
}

core::Result<void> run(Session& session, const Arguments&) {
    SPAREKEY_TRY(const core::KeySlotsFile file, storage::read_key_slots(session.folder_paths()));
    Status status;
    status.vault = file.slots.vault;
    status.kdf = file.slots.policy;
    if (session.credential_is_named()) SPAREKEY_CHECK(fill_from_vault(session, status));
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
