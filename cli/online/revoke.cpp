#include "cli/online/revoke.h"

#include "cli/access/exposure.h"
#include "cli/commands/items.h"
#include "cli/kit_page.h"
#include "cli/online/exposed.h"
#include "cli/online/member.h"
#include "core/codec/codec.h"
#include "core/text/unicode.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

/// Of an account that was asked just now.
Result<core::KnownDevice> find_device(const Member& member, const std::string& text,
                                      bool may_have_left) {
    const auto id = core::DeviceId::parse(text);
    const auto& devices = member.membership().devices;
    const auto found = std::ranges::find_if(
        devices, [&](const core::KnownDevice& device) { return id && device.id == *id; });
    if (found == devices.end()) {
        return unexpected(ErrorCode::not_found, "no device of this account has that id",
                          "sparekey devices lists them");
    }
    if (found->removed_ms != 0 && !may_have_left) {
        return unexpected(ErrorCode::conflict, "that device has been removed already",
                          "--rotate replaces the keys that it knew");
    }
    return *found;
}

/// The new keys, and what the vault said before they took the place of the old ones.
struct Prepared {
    std::shared_ptr<const core::Rotation> rotation;
    std::vector<core::KeySlot> dropped;  // nothing takes their place
    std::vector<core::ExposedItem> exposed;
};

/// The password is verified here, whatever an agent holds open: a new slot is made of it.
Result<core::SlotId> verify_password(Session& session) {
    SPAREKEY_CHECK(session.local());
    if (session.opened_with().kind != core::SlotKind::password) {
        return unexpected(ErrorCode::usage, "a rotation asks for the master password",
                          "sparekey passwd --recovery-file sets a new one");
    }
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    const core::SlotId opened_by = folder->opened_by();
    session.step_aside();
    return opened_by;
}

std::vector<core::KeySlot> dropped_slots(const storage::OpenedFolder& folder,
                                         const core::SlotId& opened_by) {
    std::vector<core::KeySlot> dropped = folder.key_slots().slots;
    const core::SigningSeed code =
        core::opener_seed(folder.key_slots().vault, core::SlotKind::recovery,
                          folder.keyring().recovery_code.expose());
    const core::SigningPublicKey kits = core::signing_public_key(code.expose());
    std::erase_if(dropped, [&](const core::KeySlot& slot) {
        return slot.id == opened_by ||
               (slot.kind == core::SlotKind::recovery && slot.opener == kits);
    });
    return dropped;
}

Result<Prepared> prepare(Session& session, const core::SlotId& opened_by) {
    SPAREKEY_CHECK(session.local());
    SPAREKEY_TRY(core::Vault* const vault, session.vault());
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    Prepared prepared;
    SPAREKEY_TRY(prepared.exposed, exposed_items(*vault));
    prepared.dropped = dropped_slots(*folder, opened_by);
    const core::AccountSlots slots = core::AccountSlots::of(folder->key_slots());
    const core::RosterParts parts{encode(slots), folder->store().keyring()};
    SPAREKEY_TRY(
        core::Rotation rotation,
        core::make_rotation({slots, folder->keyring(), parts}, std::span(&session.opened_with(), 1),
                            session.clock().now_ms(), session.random()));
    prepared.rotation = std::make_shared<const core::Rotation>(std::move(rotation));
    session.step_aside();
    return prepared;
}

Result<KitContent> new_kit(Session& session, const Member& member, const core::Rotation& rotation) {
    SPAREKEY_TRY(const core::AccountSlots slots, core::decode_account_slots(rotation.parts.slots));
    SPAREKEY_TRY(
        const core::Keyring keyring,
        core::open_keyring(rotation.key, slots.vault, slots.generation, rotation.parts.keyring));
    return kit_content(session.options().vault_name, member.membership().vault,
                       keyring.secret_key.expose(), keyring.recovery_code.expose(),
                       session.clock().now_ms());
}

void print_json(Session& session, const KitContent& kit, const Prepared& prepared) {
    JsonWriter json;
    json.begin_object()
        .field("secret_key", kit.secret_key.expose())
        .field("recovery_code", kit.recovery_code.expose());
    json.key("dropped_slots").begin_array();
    for (const core::KeySlot& slot : prepared.dropped) {
        json.begin_object()
            .field("id", slot.id.text())
            .field("kind", core::slot_kind_name(slot.kind))
            .end_object();
    }
    json.end_array();
    add_exposed(json, prepared.exposed);
    json.end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

void print_text(Session& session, const Prepared& prepared) {
    Output& out = session.out();
    for (const core::KeySlot& slot : prepared.dropped) {
        out.note("ended: the " + std::string(core::slot_kind_name(slot.kind)) + " slot " +
                 slot.id.text() + "; sparekey slots add makes another");
    }
    out.note("the old kit and its shares are dead: destroy them");
    print_exposed(session, prepared.exposed);
}

Result<void> print(Session& session, const Member& member, const Prepared& prepared,
                   const std::optional<std::string>& kit_path) {
    SPAREKEY_TRY(const KitContent kit, new_kit(session, member, *prepared.rotation));
    if (session.out().json()) {
        print_json(session, kit, prepared);
    } else if (!kit_path) {
        session.out().raw(kit_text(kit).expose());
        session.out().raw("\n");
    }
    if (kit_path) {
        SPAREKEY_CHECK(write_kit_page(kit, *kit_path));
        session.out().note("the new kit is in " + *kit_path + ": print it, then delete the file");
    }
    if (!session.out().json()) print_text(session, prepared);
    return {};
}

Result<void> check_no_file(const std::optional<std::string>& path) {
    if (!path || (::access(path->c_str(), F_OK) != 0 && errno == ENOENT)) return {};
    return unexpected(ErrorCode::conflict, *path + " exists already", "choose another name");
}

std::vector<core::RecordId> ids_of(const std::vector<core::ExposedItem>& items) {
    std::vector<core::RecordId> ids;
    for (const core::ExposedItem& item : items) ids.push_back(item.id);
    std::ranges::sort(ids);
    return ids;
}

/// The new keys are on their way, or there.
core::Unexpected on_its_way(core::Error error) {
    if (error.code == ErrorCode::offline) {
        error.hint =
            "sparekey sync brings it to its end, and sparekey kit prints the new kit then; "
            "sparekey "
            "devices exposed lists what is to be changed, now too";
    }
    return unexpected(std::move(error));
}

/// One that is held has sent nothing.
Result<void> sync_to_the_end(Session& session, Member& member, sync::SyncOptions options = {}) {
    SPAREKEY_TRY(const sync::SyncReport report, sync_once(session, member, std::move(options)));
    return check_not_held(report);
}

}  // namespace

Result<void> revoke(Session& session, const std::string& device) {
    SPAREKEY_TRY(const auto member, Member::open(session));
    SPAREKEY_CHECK(sync_to_the_end(session, *member));
    SPAREKEY_TRY(const core::KnownDevice found, find_device(*member, device, false));
    SPAREKEY_CHECK(session.confirm("Remove the device \"" + core::printable(found.name) +
                                   "\" from the account?"));
    sync::SyncOptions options;
    options.wish.remove = found.id;
    SPAREKEY_CHECK(sync_to_the_end(session, *member, std::move(options)));
    const bool is_own = found.id == member->membership().device;
    session.out().note(
        "the device gets and sends nothing more; what it has it keeps, and no key was changed: if "
        "somebody else has it, sparekey devices revoke " +
        found.id.text() + " --rotate" + (is_own ? ", on another device" : ""));
    if (session.out().json()) session.out().raw("{}\n");
    return {};
}

Result<void> revoke_and_rotate(Session& session, const std::string& device,
                               const std::optional<std::string>& kit_path) {
    SPAREKEY_CHECK(check_no_file(kit_path));
    SPAREKEY_TRY(const core::SlotId opened_by, verify_password(session));
    SPAREKEY_TRY(const auto member, Member::open(session));
    SPAREKEY_CHECK(sync_to_the_end(session, *member));
    SPAREKEY_TRY(const core::KnownDevice found, find_device(*member, device, true));
    if (found.id == member->membership().device) {
        return unexpected(ErrorCode::usage, "a device cannot replace the keys that it is to lose",
                          "rotate on another device");
    }
    SPAREKEY_CHECK(session.confirm("Remove the device \"" + core::printable(found.name) +
                                   "\" and replace every key of the account? The kit that you "
                                   "printed will be dead."));
    SPAREKEY_TRY(const Prepared prepared, prepare(session, opened_by));
    sync::SyncOptions options;
    if (found.removed_ms == 0) options.wish.remove = found.id;
    options.wish.rotation = prepared.rotation;
    options.wish.exposed = ids_of(prepared.exposed);
    auto synced = sync_to_the_end(session, *member, std::move(options));
    if (!synced) return on_its_way(std::move(synced).error());
    SPAREKEY_CHECK(print(session, *member, prepared, kit_path));
    return member->replica().exposure_told();
}

}  // namespace sparekey::cli::online
