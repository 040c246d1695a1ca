// What a device that joins believes of what a server handed out when it opened (DESIGN section 7,
// step 3), once its credential opened a served slot and so the keyring.
//
// It knows nothing of the account's history, but the account keys in the keyring: whoever signed
// with one of them held the vault key.
#pragma once

#include "core/chain/advance.h"

namespace sparekey::core {

/// What of it was signed.
struct OpenedChain {
    SignedRoster roster;  // in force
    SignedCommit head;
    /// The roster before, when the head is the commit by which its device left.
    std::optional<SignedRoster> roster_before;
};

/// `account_keys` are the public halves of the keyring's ASK, of every generation, the newest last.
/// Accepts what is signed by them: a roster of `vault` whose ASK is the newest, signed by any; a
/// head that names it, with its epoch, signed by a device that it lists, or that the roster before
/// listed if the head brings the roster. ErrorCode::integrity.
Result<ChainHead> accept_opened(const VaultId& vault,
                                std::span<const SigningPublicKey> account_keys,
                                const OpenedChain& opened);

/// True if one of `account_keys` signed it.
bool signed_by_any(const SignedRoster& roster, std::span<const SigningPublicKey> account_keys);

}  // namespace sparekey::core
