#include "core/chain/join.h"

#include "core/base/mutant.h"

#include <algorithm>

namespace sparekey::core {
namespace {

Unexpected refused_join(std::string what) {
    return unexpected(ErrorCode::integrity, "the server's account is refused: " + std::move(what));
}

Result<Roster> take_roster(const VaultId& vault, std::span<const SigningPublicKey> account_keys,
                           const SignedRoster& signed_roster) {
    if (!SPAREKEY_LEFT_OUT("join-roster-signature") &&
        !signed_by_any(signed_roster, account_keys)) {
        return refused_join("its roster is not signed by an account key of the keyring");
    }
    SPAREKEY_TRY(Roster roster, decode_roster(signed_roster.bytes));
    if (!SPAREKEY_LEFT_OUT("join-vault") && roster.vault != vault) {
        return refused_join("its roster belongs to another vault");
    }
    return roster;
}

/// A head that brings a roster brings the one in force; any other comes after its commit.
bool head_fits_roster(const Commit& head, const SignedRoster& signed_roster, const Roster& roster) {
    if (head.new_roster) return *head.new_roster == signed_roster && head.n == roster.n;
    return head.n > roster.n;
}

Result<void> check_head(const VaultId& vault, const Commit& head, const SignedRoster& signed_roster,
                        const Roster& roster) {
    if (!SPAREKEY_LEFT_OUT("join-head-vault") && head.vault != vault) {
        return refused_join("its head belongs to another vault");
    }
    if (!SPAREKEY_LEFT_OUT("join-head-roster") && head.roster != roster_hash(signed_roster)) {
        return refused_join("its head names another roster");
    }
    if (!SPAREKEY_LEFT_OUT("join-head-number") && !head_fits_roster(head, signed_roster, roster)) {
        return refused_join("its head and its roster do not belong together");
    }
    if (!SPAREKEY_LEFT_OUT("join-head-epoch") && head.epoch != roster.epoch) {
        return refused_join("the epoch of its head is not the roster's");
    }
    return {};
}

/// The device that made the head, as `before` listed it: it left with that commit.
Result<RosterDevice> find_leaver(const VaultId& vault,
                                 std::span<const SigningPublicKey> account_keys, const Commit& head,
                                 const Roster& roster, const std::optional<SignedRoster>& before) {
    if (!head.new_roster || !before) return refused_join("its head was not made by a member");
    if (!SPAREKEY_LEFT_OUT("join-roster-before") && roster.previous != roster_hash(*before)) {
        return refused_join("the roster before is another");
    }
    SPAREKEY_TRY(const Roster old, take_roster(vault, account_keys, *before));
    const RosterDevice* device = old.find(head.device);
    if (device == nullptr) return refused_join("its head was not made by a member");
    return *device;
}

}  // namespace

bool signed_by_any(const SignedRoster& roster, std::span<const SigningPublicKey> account_keys) {
    return std::any_of(account_keys.begin(), account_keys.end(),
                       [&](const SigningPublicKey& key) { return verify_roster(roster, key); });
}

Result<ChainHead> accept_opened(const VaultId& vault,
                                std::span<const SigningPublicKey> account_keys,
                                const OpenedChain& opened) {
    SPAREKEY_TRY(Roster roster, take_roster(vault, account_keys, opened.roster));
    if (!SPAREKEY_LEFT_OUT("join-account-key") && roster.account_key != account_keys.back()) {
        return refused_join("the keyring's account key is not the roster's");
    }
    SPAREKEY_TRY(const Commit head, decode_commit(opened.head.bytes));
    SPAREKEY_CHECK(check_head(vault, head, opened.roster, roster));
    SigningPublicKey signer{};
    if (const RosterDevice* listed = roster.find(head.device)) {
        signer = listed->signing();
    } else {
        SPAREKEY_TRY(const RosterDevice leaver,
                     find_leaver(vault, account_keys, head, roster, opened.roster_before));
        signer = leaver.signing();
    }
    if (!SPAREKEY_LEFT_OUT("join-head-signature") && !verify_commit(opened.head, signer)) {
        return refused_join("its head is not signed by its device");
    }
    return ChainHead{vault,
                     {head.n, commit_hash(opened.head)},
                     std::move(roster),
                     head.roster,
                     head.state_root,
                     head.device,
                     head.time_ms};
}

}  // namespace sparekey::core
