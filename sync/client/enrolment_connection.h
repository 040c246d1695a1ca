// A device between its login and its place in the roster: what it may ask, by its enrolment's token
// (docs/PROTOCOL.md, "Who may call what").
#pragma once

#include "core/chain/approval.h"
#include "core/chain/exchange.h"
#include "core/replica/account.h"
#include "sync/client/account_server.h"
#include "sync/client/authorization.h"

namespace sparekey::sync {

enum class LinkAnswer : std::uint8_t { none, done, taken };

/// What the login is good for.
struct EnrolmentFacts {
    std::optional<core::VaultId> account;  // the one that it opens
    bool may_create = false;
    std::optional<core::LinkedIdentity> identity;  // none: by recovery code
    core::EnrolmentNonce nonce{};                  // what an opener signs
    LinkAnswer link = LinkAnswer::none;
};

class EnrolmentConnection {
  public:
    EnrolmentConnection(const ServerConnection& server, core::SecretText token)
        : server_(server), token_(std::move(token)) {}

    /// Tells the server that this device has the recovery code of `account`: an enrolment without
    /// a login, and its nonce.
    struct Recovery;
    static core::Result<Recovery> recover(const ServerConnection& server,
                                          const core::VaultId& account, const LoginAim& aim);

    const std::string& origin() const { return server_.origin(); }
    core::Result<EnrolmentFacts> facts() const;
    /// ErrorCode::refused if this does not open the account.
    core::Result<core::OpenedAccount> open(const core::SigningPublicKey& opener,
                                           const core::Signature& signature) const;
    core::Result<void> ask_approval(const core::EnrolmentNonce& nonce) const;
    /// Nothing while no member has answered.
    core::Result<std::optional<core::ApprovalAnswer>> approval() const;
    /// The commit that founds the account, or by which this device joins.
    core::Result<std::variant<core::PushAnswer, PushConflict>> push(
        const core::PushRequest& request) const;

    /// The enrolment is not gone on with: its token is good for nothing any more (RFC 7009).
    core::Result<void> revoke() const;

  private:
    core::Result<Json> get(std::string_view target) const;

    const ServerConnection& server_;
    core::SecretText token_;
};

struct EnrolmentConnection::Recovery {
    EnrolmentConnection connection;
    core::EnrolmentNonce nonce{};
};

}  // namespace sparekey::sync
