#include "sync/client/joining.h"

#include "core/base/mutant.h"
#include "core/chain/account_slots.h"
#include "core/chain/device_name.h"
#include "core/chain/join.h"
#include "core/codec/codec.h"
#include "core/crypto/hash.h"
#include "core/replica/parts.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

core::Unexpected another(const char* what) {
    return unexpected(ErrorCode::integrity, std::string("the server hands out ") + what,
                      "nothing was taken from it");
}

core::KeySlots local_slots(const core::AccountSlots& account, const core::SecretBytes& secret_key) {
    core::KeySlots slots;
    slots.vault = account.vault;
    slots.generation = account.generation;
    slots.policy = account.policy;
    slots.slots = account.slots;
    slots.secret_key = secret_key.clone();
    return slots;
}

Result<void> check_place(const core::VaultId& vault, const std::string& origin,
                         const core::Roster& roster) {
    if (roster.vault != vault && !SPAREKEY_LEFT_OUT("join-vault")) {
        return another("another vault than it said");
    }
    if (roster.origin != origin && !SPAREKEY_LEFT_OUT("join-origin")) {
        return another("an account of another server");
    }
    return core::check_format(roster);
}

/// With key and slots: what they open is held against the roster, and that against the keys.
Result<void> accept_chain(const core::VaultId& vault, const core::Roster& roster,
                          const core::OpenedAccount& opened, OpenedVault& accepted) {
    SPAREKEY_CHECK(core::check_keyring(roster, opened.parts.keyring));
    SPAREKEY_TRY(accepted.keyring,
                 core::open_keyring(accepted.key, vault, roster.generation, opened.parts.keyring));
    SPAREKEY_TRY(accepted.head,
                 core::accept_opened(vault, account_keys(accepted.keyring),
                                     {opened.roster, opened.head, opened.roster_before}));
    accepted.sealed_keyring = opened.parts.keyring;
    return {};
}

core::Roster next_roster(const OpenedVault& vault) {
    core::Roster roster = vault.head.roster;
    roster.n = vault.head.at.n + 1;
    roster.previous = vault.head.roster_hash;
    return roster;
}

Result<void> check_room(const core::Roster& roster, const core::AccountSlots& slots) {
    if (roster.devices.size() > core::kMostDevices) {
        return unexpected(ErrorCode::conflict, "the account has as many devices as it may",
                          "remove one there: sparekey devices revoke ID");
    }
    if (slots.slots.size() > core::kMostSlots) {
        return unexpected(ErrorCode::conflict, "the account has as many key slots as it may",
                          "remove one there: sparekey slots remove ID");
    }
    return {};
}

/// Everybody whom the roster lists, by the names that the keyring opens.
std::vector<core::KnownDevice> known_devices(const core::Roster& roster,
                                             const core::Keyring& keyring,
                                             const core::DeviceId& own, std::uint64_t now_ms) {
    std::vector<core::KnownDevice> known;
    for (const core::RosterDevice& device : roster.devices) {
        const auto name =
            core::open_device_name(keyring, roster.vault, device.id(), device.sealed_name());
        known.push_back(
            {device.id(), name ? *name : std::string(), device.id() == own ? now_ms : 0, 0});
    }
    return known;  // a roster is sorted by id
}

}  // namespace

std::vector<core::SigningPublicKey> account_keys(const core::Keyring& keyring) {
    std::vector<core::SigningPublicKey> keys;
    for (const core::SigningSeed& seed : keyring.account) {
        keys.push_back(core::signing_public_key(seed.expose()));
    }
    return keys;
}

Opening sign_opening_with(const core::Enrolment& enrolment, core::SlotKind kind,
                          const core::SecretBytes& long_secret) {
    const core::SigningSeed seed = core::opener_seed(enrolment.vault, kind, long_secret.expose());
    return {core::signing_public_key(seed.expose()), core::sign_opening(seed.expose(), enrolment)};
}

Result<OpenedVault> accept_account(const core::VaultId& vault, const std::string& origin,
                                   const core::OpenedAccount& opened,
                                   const core::Credential& credential,
                                   const core::SecretBytes& secret_key,
                                   const std::optional<ApprovedBy>& approved) {
    // What the roster says of slots and costs is held against them before any key derivation runs,
    // and believed only once it has led to a key that signed it.
    SPAREKEY_TRY(const core::Roster roster, core::decode_roster(opened.roster.bytes));
    SPAREKEY_CHECK(check_place(vault, origin, roster));
    OpenedVault accepted;
    SPAREKEY_TRY(accepted.slots, core::accept_slots(roster, opened.parts.slots));
    SPAREKEY_TRY(core::OpenedSlot slot,
                 core::open_slots(local_slots(accepted.slots, secret_key), credential));
    accepted.key = std::move(slot.key);
    accepted.opened_by = slot.slot;
    SPAREKEY_CHECK(accept_chain(vault, roster, opened, accepted));
    if (approved && !SPAREKEY_LEFT_OUT("join-approver")) {
        SPAREKEY_CHECK(
            core::verify_approval(accepted.head.roster, approved->enrolment, approved->answer));
    }
    return accepted;
}

Result<OpenedVault> accept_own_account(const core::VaultId& vault, const std::string& origin,
                                       const core::OpenedAccount& opened, const core::VaultKey& key,
                                       std::uint32_t generation) {
    SPAREKEY_TRY(const core::Roster roster, core::decode_roster(opened.roster.bytes));
    SPAREKEY_CHECK(check_place(vault, origin, roster));
    if (roster.generation != generation) {
        return unexpected(ErrorCode::conflict,
                          "the account has other keys than this vault: they were replaced",
                          "sparekey --vault NAME login " + origin + " joins it beside this vault");
    }
    OpenedVault accepted;
    SPAREKEY_TRY(accepted.slots, core::accept_slots(roster, opened.parts.slots));
    accepted.key = key.clone();
    SPAREKEY_CHECK(accept_chain(vault, roster, opened, accepted));
    return accepted;
}

Result<void> check_history(AccountServer& server, const core::ChainPoint& from,
                           const core::ChainPoint& to) {
    if (SPAREKEY_LEFT_OUT("join-history")) return {};
    std::vector<core::SignedCommit> commits;
    while (from.n + commits.size() < to.n) {
        SPAREKEY_TRY(core::PullPage page, server.pull(from.n + commits.size()));
        if (page.commits.empty()) break;
        std::ranges::move(page.commits, std::back_inserter(commits));
    }
    // Others may have gone on since.
    const std::uint64_t length = to.n > from.n ? to.n - from.n : 0;
    if (commits.size() > length) commits.resize(length);
    return core::check_links(from, commits, to);
}

Result<Join> make_join(const OpenedVault& vault, const JoiningDevice& device,
                       const std::optional<core::KeySlot>& new_slot, core::Random& random) {
    core::AccountSlots slots = vault.slots;
    if (new_slot) slots.slots.push_back(*new_slot);
    core::Roster roster = next_roster(vault);
    const core::DeviceId own = device.secrets.device();
    SPAREKEY_TRY(const core::Bytes name,
                 core::seal_device_name(vault.keyring, roster.vault, own, device.name, random));
    std::erase_if(roster.devices,
                  [&](const core::RosterDevice& listed) { return listed.id() == own; });
    roster.devices.emplace_back(core::signing_public_key(device.secrets.signing.expose()),
                                core::box_public_key(device.secrets.box.expose()), name);
    SPAREKEY_CHECK(check_room(roster, slots));
    SPAREKEY_CHECK(core::describe_slots(roster, slots));
    core::put_in_order(roster);
    SPAREKEY_TRY(core::SignedRoster signed_roster,
                 core::sign_roster(roster, vault.keyring.account.back().expose()));

    core::Commit commit;
    commit.vault = roster.vault;
    commit.n = roster.n;
    commit.previous = vault.head.at.hash;
    commit.device = own;
    commit.roster = core::roster_hash(signed_roster);
    commit.new_roster = signed_roster;
    commit.epoch = roster.epoch;
    commit.state_root = vault.head.state_root;
    commit.time_ms = device.now_ms;

    Join join;
    SPAREKEY_TRY(join.request.commit, core::sign_commit(commit, device.secrets.signing.expose()));
    join.request.parts = core::RosterParts{core::encode(slots), vault.sealed_keyring};
    join.state.stage = core::AccountStage::joining;
    join.state.origin = roster.origin;
    join.state.device_name = device.name;
    join.state.commit = join.request.commit;
    join.state.roster = std::move(signed_roster);
    core::note_parts(*join.request.parts, join.state);
    join.state.devices = known_devices(roster, vault.keyring, own, device.now_ms);
    return join;
}

}  // namespace sparekey::sync
