// The steps by which a device becomes a member of an account and gets a vault (DESIGN section 7,
// steps 1, 3 and 4), once it has what opens the account.
#pragma once

#include "cli/online/approval_wait.h"

namespace sparekey::cli::online {

/// What opens the account.
struct JoinSecrets {
    core::SlotKind opener = core::SlotKind::password;  // password: `secret` is the Secret Key
    core::SecretBytes secret;
    std::optional<core::Credential> new_password = {};  // with a recovery code
    std::optional<Approved> approved = {};              // how the Secret Key got here
};

/// Where it is done.
struct JoinPlace {
    const Server& server;
    const sync::EnrolmentConnection& enrolment;
    core::VaultId vault;
    core::EnrolmentNonce nonce{};
};

/// Opens, verifies, becomes a member, makes the vault's folder. The master password, where none is
/// new, comes from its usual sources. Until the account has taken the commit there is nothing here,
/// and a folder without `keyslots` is nobody's vault. ErrorCode::refused or ErrorCode::locked for a
/// wrong secret; ErrorCode::integrity for a server that is not believed.
core::Result<void> join_account(Session& session, const JoinPlace& place, const NewDevice& device,
                                const JoinSecrets& secrets);

}  // namespace sparekey::cli::online
