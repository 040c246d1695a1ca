// A device that joins an account (DESIGN section 7, steps 1, 3 and 4): what it signs, what it
// believes of what was handed out, and the commit by which it becomes a member.
//
// What is sent by whom is in sync/client/enrolment_connection.h, the folder in storage/folder.
#pragma once

#include "core/chain/approval.h"
#include "core/replica/account.h"
#include "core/vault/slots.h"
#include "sync/client/account_server.h"

#include <optional>
#include <span>
#include <string>

namespace sparekey::sync {

/// An opener's public key and its signature, as they are sent.
struct Opening {
    core::SigningPublicKey opener{};
    core::Signature signature{};
};
/// `long_secret` is the Secret Key (kind password) or the recovery code.
Opening sign_opening_with(const core::Enrolment& enrolment, core::SlotKind kind,
                          const core::SecretBytes& long_secret);

/// An account whose key was opened here, and of which everything was verified that can be without
/// its history.
struct OpenedVault {
    core::VaultKey key;
    core::SlotId opened_by;
    core::Keyring keyring;
    core::AccountSlots slots;
    core::Bytes sealed_keyring;
    core::ChainHead head;
};

/// A member's answer by which the Secret Key came, and what it answered.
struct ApprovedBy {
    core::Enrolment enrolment;
    core::ApprovalAnswer answer;
};

/// Opens the served slots with `credential` (a password with the Secret Key, or the recovery code)
/// and verifies the rest: slots and keyring are the roster's; roster and head are signed by the
/// account's keys; all of it is of `vault` at `origin`; and who approved, if somebody did, is a
/// device that the roster lists. ErrorCode::locked for a wrong secret, ErrorCode::integrity for a
/// server that hands out something else, ErrorCode::conflict for a vault of a newer format.
core::Result<OpenedVault> accept_account(const core::VaultId& vault, const std::string& origin,
                                         const core::OpenedAccount& opened,
                                         const core::Credential& credential,
                                         const core::SecretBytes& secret_key,
                                         const std::optional<ApprovedBy>& approved = {});

/// The same for a device that has the vault, and so its key, which is of `generation`: nothing is
/// typed. ErrorCode::conflict if the account has keys of another one.
core::Result<OpenedVault> accept_own_account(const core::VaultId& vault, const std::string& origin,
                                             const core::OpenedAccount& opened,
                                             const core::VaultKey& key, std::uint32_t generation);

/// After an approval, and after joining, since only members see the history: its hashes lead from
/// `from`, the head that the approving member named, to `to`. ErrorCode::integrity.
core::Result<void> check_history(AccountServer& server, const core::ChainPoint& from,
                                 const core::ChainPoint& to);

/// What joins, and how it is to be named to the other members.
struct JoiningDevice {
    const core::DeviceSecrets& secrets;
    std::string name;
    std::uint64_t now_ms = 0;
};

/// The commit, and what the vault knows of its account once the server has taken it.
struct Join {
    core::PushRequest request;
    core::AccountState state;
};

/// The head's roster with this device in it, signed by the account's key; with `new_slot`, of which
/// the roster says what it says of the others, for a person that sets a new password.
/// ErrorCode::conflict if the account has as many devices or slots as it may.
core::Result<Join> make_join(const OpenedVault& vault, const JoiningDevice& device,
                             const std::optional<core::KeySlot>& new_slot, core::Random& random);

/// The public halves of a keyring's account keys, the newest last.
std::vector<core::SigningPublicKey> account_keys(const core::Keyring& keyring);

}  // namespace sparekey::sync
