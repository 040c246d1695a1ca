// A vault that has an account, and the way to its server.
#pragma once

#include "cli/online/network.h"
#include "sync/client/replica.h"

namespace sparekey::cli::online {

/// The vault as a sync sees it: through the agent if it holds the vault open.
core::Result<sync::Replica*> replica_of(Session& session);

class Member {
  public:
    /// ErrorCode::conflict, with the hint `login`, for a vault without an account, or one that was
    /// left.
    static core::Result<std::unique_ptr<Member>> open(Session& session);
    /// The same for a membership that was read already, at the server that it names.
    static core::Result<std::unique_ptr<Member>> of(Session& session, sync::Membership membership);

    const sync::Membership& membership() const { return membership_; }
    const std::string& origin() const { return server_->origin(); }
    core::Result<sync::Replica*> replica() { return replica_of(session_); }
    sync::MemberConnection& connection() { return connection_; }

  private:
    Member(Session& session, sync::Membership membership, std::unique_ptr<Server> server);

    Session& session_;
    sync::Membership membership_;
    std::unique_ptr<Server> server_;
    sync::MemberConnection connection_;
};

/// Pushes what `wish` asks for, and whatever is unsent with it, as one commit. ErrorCode::conflict
/// if the account went on meanwhile and was not caught up with.
core::Result<void> push_change(Member& member, const sync::RosterWish& wish);

}  // namespace sparekey::cli::online
