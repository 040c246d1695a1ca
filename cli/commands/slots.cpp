#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "cli/commands/new_password.h"
#include "cli/counted.h"
#include "cli/formats/time_text.h"
#include "core/vault/paper_code.h"
#include "storage/folder/new_file.h"

#include <fcntl.h>

#include <algorithm>

namespace sparekey::cli {
namespace {

void write_slot(JsonWriter& json, const core::KeySlot& slot) {
    json.begin_object()
        .field("id", slot.id.text())
        .field("kind", core::slot_kind_name(slot.kind))
        .field("created", format_time(slot.created_ms))
        .key("kdf");
    if (slot.kind == core::SlotKind::password) {
        json.begin_object()
            .field("memory", static_cast<std::int64_t>(slot.cost.memory))
            .field("passes", static_cast<std::int64_t>(slot.cost.passes))
            .end_object();
    } else {
        json.null();
    }
    json.end_object();
}

void list(Session& session, const core::KeySlots& slots) {
    if (session.out().json()) {
        JsonWriter json;
        json.begin_array();
        for (const core::KeySlot& slot : slots.slots) write_slot(json, slot);
        json.end_array();
        session.out().raw(json.expose());
        session.out().raw("\n");
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const core::KeySlot& slot : slots.slots) {
        const bool password = slot.kind == core::SlotKind::password;
        rows.push_back({slot.id.text(), std::string(core::slot_kind_name(slot.kind)),
                        short_time(slot.created_ms),
                        password ? std::to_string(slot.cost.memory >> 20) + " MiB, " +
                                       counted(slot.cost.passes, "pass", "passes")
                                 : ""});
    }
    session.out().table({"ID", "KIND", "CREATED", "COST"}, rows);
}

core::Unexpected usage(std::string message) {
    return core::unexpected(core::ErrorCode::usage, std::move(message),
                            "sparekey slots [list | add password|recovery|keyfile FILE | "
                            "remove ID]");
}

/// An existing file's bytes, or 32 random ones in a new file, which stays if its slot does.
core::Result<core::Credential> key_file(Session& session, const std::string& path,
                                        std::optional<storage::NewFile>& made) {
    auto present = storage::read_file(path, core::kLargestKeyFile);
    if (present) {
        core::Credential credential{core::SlotKind::key_file, core::SecretBytes::copy_of(*present)};
        core::wipe(*present);
        return credential;
    }
    if (present.error().code != core::ErrorCode::not_found) {
        return core::unexpected(std::move(present).error());
    }
    SPAREKEY_TRY(storage::NewFile file, storage::NewFile::create(path));
    core::SecretBytes bytes(core::kSmallestKeyFile);
    session.random().fill(bytes.expose_mutable());
    file.write(bytes.expose());
    made.emplace(std::move(file));
    return core::Credential{core::SlotKind::key_file, std::move(bytes)};
}

/// Two slots for one file would look as if removing either kept the file out.
core::Result<void> require_new_key_file(const core::KeySlots& slots,
                                        const core::Credential& credential) {
    const auto opened = core::open_slots(slots, credential);
    if (!opened) return {};
    return core::unexpected(core::ErrorCode::conflict, "this key file opens the vault already",
                            "its slot is " + opened->slot.text());
}

core::Result<core::Credential> new_credential(Session& session, const Arguments& arguments,
                                              const std::string& kind,
                                              std::optional<storage::NewFile>& made) {
    if (kind == "password") return new_password(session, arguments);
    if (kind == "recovery") {
        core::SecretBytes code(core::kSecretKeySize);
        session.random().fill(code.expose_mutable());
        return core::Credential{core::SlotKind::recovery, std::move(code)};
    }
    if (kind == "keyfile") {
        const auto path = arguments.positional(2);
        if (!path) return usage("slots add keyfile wants a FILE");
        return key_file(session, *path, made);
    }
    return usage("there is no kind of slot \"" + kind + "\"");
}

/// The kit's code becomes the new one if the old one opens nothing any more.
core::Result<void> adopt_code(Session& session, storage::OpenedFolder& folder,
                              const core::Credential& credential) {
    const core::Credential kits{core::SlotKind::recovery, folder.keyring().recovery_code.clone()};
    if (core::open_slots(folder.key_slots(), kits)) return {};
    folder.replace_recovery_code(credential.bytes.clone(), session.random());
    return {};
}

core::Result<void> add(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    std::optional<storage::NewFile> made;
    SPAREKEY_TRY(const core::Credential credential,
                 new_credential(session, arguments, arguments.positional(1).value_or(""), made));
    if (credential.kind == core::SlotKind::key_file && !made) {
        SPAREKEY_CHECK(require_new_key_file(folder->key_slots(), credential));
    }
    core::KeySlots slots = folder->key_slots().clone();
    SPAREKEY_TRY(core::KeySlot slot,
                 core::make_slot(slots.vault, folder->vault_key(), slots.generation, credential,
                                 slots.secret_key, slots.policy, session.clock().now_ms(),
                                 session.random()));
    const std::string id = slot.id.text();
    if (slots.slots.size() >= core::kMostSlots) {
        return core::unexpected(core::ErrorCode::conflict, "a vault has at most 64 slots",
                                "sparekey slots remove ID makes room");
    }
    slots.slots.push_back(std::move(slot));
    const core::VaultId vault = slots.vault;
    if (made) SPAREKEY_CHECK(made->keep());
    try {
        folder->replace_key_slots(std::move(slots));
    } catch (...) {
        if (made) made->take_back();
        throw;
    }
    if (credential.kind == core::SlotKind::recovery) {
        SPAREKEY_CHECK(adopt_code(session, *folder, credential));
    }
    core::SecretText code;
    if (credential.kind == core::SlotKind::recovery) {
        code = core::paper_code(core::PaperKind::recovery_code, vault, credential.bytes.expose());
    }
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("id", id).field("kind", core::slot_kind_name(credential.kind));
        if (!code.empty()) json.field("recovery_code", code.expose());
        json.end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else if (!code.empty()) {
        session.out().line(code.expose());
    } else {
        session.out().line(id);
    }
    return {};
}

core::Result<void> remove(Session& session, const Arguments& arguments) {
    if (!arguments.positional(1)) return usage("slots remove wants the slot's ID");
    const auto id = core::SlotId::parse(*arguments.positional(1));
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    core::KeySlots slots = folder->key_slots().clone();
    const auto at = std::find_if(slots.slots.begin(), slots.slots.end(),
                                 [&](const core::KeySlot& slot) { return id && slot.id == *id; });
    if (at == slots.slots.end()) {
        return core::unexpected(core::ErrorCode::not_found, "there is no such slot",
                                "sparekey slots list shows them");
    }
    if (slots.slots.size() == 1) {
        return core::unexpected(core::ErrorCode::conflict, "the last slot cannot be removed",
                                "add another way in first");
    }
    SPAREKEY_CHECK(session.confirm("Remove this way into the vault?"));
    slots.slots.erase(at);
    folder->replace_key_slots(std::move(slots));
    if (session.out().json()) {
        session.out().raw("{\"removed\":true}\n");
    } else {
        session.out().note("removed");
    }
    return {};
}

core::Result<void> run_slots(Session& session, const Arguments& arguments) {
    const std::string action = arguments.positional(0).value_or("list");
    const std::size_t wanted = action == "list" ? 1 : action == "remove" ? 2 : 3;
    if (arguments.positional().size() > wanted) return usage("too many arguments");
    if (action == "add") return add(session, arguments);
    if (action == "remove") return remove(session, arguments);
    if (action != "list") return usage("slots does not know \"" + action + "\"");
    SPAREKEY_TRY(const core::KeySlotsFile file, session.key_slots());
    list(session, file.slots);
    return {};
}

}  // namespace

CommandSpec commands::slots() {
    return {
        "slots",
        "the ways to open the vault: list, add, remove",
        {{"[list|add|remove]", "list if nothing is said", false},
         {"[password|recovery|keyfile|ID]", "what to add; or the id of the slot to remove", false},
         {"[FILE]", "of a key file: made if it does not exist", false}},
        {{"--new-password-file", "FILE",
          "the new password is FILE's first line; - is the next line of stdin"}},
        run_slots};
}

}  // namespace sparekey::cli
