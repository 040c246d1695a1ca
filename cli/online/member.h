// A vault that has an account, and the way to its server.
#pragma once

#include "cli/online/network.h"
#include "cli/session_replica.h"
#include "sync/client/synchronize.h"

namespace sparekey::cli::online {

class Member {
  public:
    /// ErrorCode::conflict, with the hint `login`, for a vault without an account, or one that was
    /// left.
    static core::Result<std::unique_ptr<Member>> open(Session& session);
    /// The same for a membership that was read already, at the server that it names.
    static core::Result<std::unique_ptr<Member>> of(Session& session, sync::Membership membership);

    const sync::Membership& membership() const { return membership_; }
    const std::string& origin() const { return server_->origin(); }
    sync::Replica& replica() { return replica_; }
    sync::MemberConnection& connection() { return connection_; }
    /// Reads the membership anew: after a sync.
    core::Result<void> read_membership();
    /// What the server lists as the account's logins is known here from now on.
    core::Result<void> remember_identities();

  private:
    Member(Session& session, sync::Membership membership, std::unique_ptr<Server> server);

    SessionReplica replica_;
    sync::Membership membership_;
    std::unique_ptr<Server> server_;
    sync::MemberConnection connection_;
};

/// Brings vault and account to the same state; the membership is that of afterwards. Waits as it is
/// told to, tells the news, and keeps what made the server unbelievable.
core::Result<sync::SyncReport> sync_once(Session& session, Member& member,
                                         sync::SyncOptions options = {});

/// The same with a server that came back from a backup (sync/client/reseed.h).
core::Result<sync::SyncReport> reseed_once(Session& session, Member& member);

/// ErrorCode::conflict for one that was held, with what lets it go on. What was wished did not come
/// to pass.
core::Result<void> check_not_held(const sync::SyncReport& report);

}  // namespace sparekey::cli::online
