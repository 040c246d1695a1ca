#include "cli/online/member.h"

#include "cli/online/evidence.h"

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

core::Unexpected no_account(const char* what) {
    return unexpected(ErrorCode::conflict, what, "sparekey login URL");
}

}  // namespace

Result<sync::Replica*> replica_of(Session& session) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    return &access->replica();
}

Member::Member(Session& session, sync::Membership membership, std::unique_ptr<Server> server)
    : session_(session),
      membership_(std::move(membership)),
      server_(std::move(server)),
      connection_(server_->connection(), [this]() -> Result<std::string> {
          SPAREKEY_TRY(sync::Replica* const vault, replica_of(session_));
          return vault->assertion();
      }) {}

Result<std::unique_ptr<Member>> Member::of(Session& session, sync::Membership membership) {
    SPAREKEY_TRY(std::unique_ptr<Server> server, Server::at(membership.origin));
    return std::unique_ptr<Member>(new Member(session, std::move(membership), std::move(server)));
}

Result<std::unique_ptr<Member>> Member::open(Session& session) {
    SPAREKEY_TRY(sync::Replica* const vault, replica_of(session));
    SPAREKEY_TRY(auto membership, vault->membership());
    if (!membership || membership->stage == core::AccountStage::starting) {
        return no_account("this vault has no account on a server");
    }
    if (membership->stage == core::AccountStage::left) {
        return no_account("this vault has left its account");
    }
    return of(session, *std::move(membership));
}

}  // namespace sparekey::cli::online
