#include "cli/commands/commands.h"
#include "cli/commands/kdf_options.h"
#include "cli/commands/new_password.h"
#include "cli/counted.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

/// Which slots the new one takes the place of: the one that opened the vault, or all passwords when
/// the old one is forgotten. How many there were.
std::size_t drop_old(core::KeySlots& slots, const core::SlotId& opened_by,
                     core::SlotKind opened_with) {
    return std::erase_if(slots.slots, [&](const core::KeySlot& slot) {
        return opened_with == core::SlotKind::password ? slot.id == opened_by
                                                       : slot.kind == core::SlotKind::password;
    });
}

core::Result<void> run_passwd(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    core::KeySlots slots = folder->key_slots().clone();
    SPAREKEY_TRY(const core::KdfCost policy, kdf_cost(arguments, slots.policy));
    SPAREKEY_TRY(const core::Credential password, new_password(session, arguments));
    slots.policy = policy;
    SPAREKEY_TRY(
        core::KeySlot slot,
        core::make_slot(slots.vault, folder->vault_key(), slots.generation, password,
                        slots.secret_key, policy, session.clock().now_ms(), session.random()));
    const core::SlotKind opened_with = session.opened_with().kind;
    const std::size_t removed = drop_old(slots, folder->opened_by(), opened_with);
    slots.slots.insert(slots.slots.begin(), std::move(slot));
    folder->replace_key_slots(std::move(slots));
    if (session.out().json()) {
        session.out().raw("{\"changed\":true,\"removed\":" + std::to_string(removed) + "}\n");
    } else if (opened_with == core::SlotKind::password) {
        session.out().note("the master password is changed");
    } else {
        session.out().note("the master password is set anew; " +
                           counted(removed, "slot of an older password is removed",
                                   "slots of older passwords are removed"));
    }
    return {};
}

}  // namespace

CommandSpec commands::passwd() {
    std::vector<OptionSpec> options = kdf_options();
    options.push_back({"--new-password-file", "FILE",
                       "the new password is FILE's first line; - is the next line of stdin"});
    return {"passwd",
            "change the master password",
            {},
            std::move(options),
            run_passwd,
            "",
            "With --recovery-file or --key-file it sets a new one when the old one is forgotten.\n"
            "Nothing but the key slot is written again; old backups keep their old password."};
}

}  // namespace sparekey::cli
