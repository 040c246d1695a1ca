// A device without a vault joins an account (DESIGN section 7): opens it, verifies it, makes itself
// a member, and makes the vault's folder. Until the last step there is no vault here.
#pragma once

#include "cli/online/network.h"
#include "core/vault/paper_code.h"
#include "sync/client/enrolment_connection.h"

namespace sparekey::cli::online {

/// A device that logs in, with the keys that it is going to have.
struct NewDevice {
    core::DeviceSecrets secrets;
    std::string name;

    static NewDevice make(std::string name, core::Random& random);
    sync::LoginAim aim() const;
    /// What it signs or is approved by.
    core::Enrolment enrolment(const core::VaultId& vault, const std::string& origin,
                              const core::EnrolmentNonce& nonce) const;
};

/// What --secret-key-file names, or nothing: read before anybody waits for a login.
core::Result<std::optional<core::PaperCode>> named_secret_key(Session& session,
                                                              const Arguments& arguments);

/// After a login that opens `facts.account`: by `secret_key`, or once a member has approved.
core::Result<void> join_by_login(Session& session, const Server& server, const NewDevice& device,
                                 const sync::EnrolmentConnection& enrolment,
                                 const sync::EnrolmentFacts& facts,
                                 std::optional<core::PaperCode> secret_key);

/// `login --recovery`: by account id and recovery code alone, with a new master password. Gives the
/// account.
core::Result<core::VaultId> join_by_recovery(Session& session, const Arguments& arguments,
                                             const Server& server);

}  // namespace sparekey::cli::online
