// What a member device asks of its account beside syncing: who may sign in, what happened, who
// waits to be let in.
//
// Errors: ErrorCode::offline and ErrorCode::refused as MemberConnection::send(), and what a
// function names. Texts are the server's: they go through printable() before a terminal sees them.
#pragma once

#include "core/chain/approval.h"
#include "core/replica/account.h"
#include "sync/client/member_connection.h"
#include "sync/protocol/audit_chain.h"

namespace sparekey::sync {

/// A device as the server saw it.
struct SeenDevice {
    core::DeviceId id;
    std::string added;      // RFC 3339, UTC
    std::string last_seen;  // likewise
    bool revoked = false;
};

struct AccountFacts {
    std::vector<core::LinkedIdentity> identities;
    std::vector<SeenDevice> devices;
    core::ChainPoint audit;  // the audit log's head
};

/// A device that asks to be approved.
struct WaitingDevice {
    std::string id;  // the enrolment's
    std::string name;
    std::string address;
    core::SigningPublicKey signing{};
    core::BoxPublicKey box{};
    core::EnrolmentNonce nonce{};
};

core::Result<AccountFacts> account_facts(MemberConnection& member);
/// The address that opens the account page once, within a minute.
core::Result<std::string> account_page(MemberConnection& member);
/// The handle by which a login links its identity to this account.
core::Result<std::string> link_handle(MemberConnection& member);
/// ErrorCode::not_found if it is not linked, ErrorCode::conflict if it is the last way in.
core::Result<void> unlink_identity(MemberConnection& member, const std::string& id);

core::Result<std::vector<WaitingDevice>> waiting_devices(MemberConnection& member);
/// ErrorCode::not_found if it does not wait any more.
core::Result<void> answer_waiting(MemberConnection& member, const WaitingDevice& device,
                                  const core::ApprovalAnswer& answer);

/// All of the account's audit log, verified: its lines are a chain, which goes through `seen`, the
/// head that this device saw last, and does not end before the head that the server tells now.
/// ErrorCode::integrity otherwise.
core::Result<std::vector<AuditLine>> audit_log(MemberConnection& member,
                                               const core::VaultId& account,
                                               const core::ChainPoint& seen);
/// The lines after `from` up to `to`, two heads that this device was told: verified likewise.
core::Result<std::vector<AuditLine>> audit_lines(MemberConnection& member,
                                                 const core::VaultId& account,
                                                 const core::ChainPoint& from,
                                                 const core::ChainPoint& to);

}  // namespace sparekey::sync
