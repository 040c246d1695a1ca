// A member device's calls to its account's server. The token that they need is taken from a shelf
// or got by the device's assertion, and got once more after a refusal.
#pragma once

#include "sync/client/account_server.h"
#include "sync/client/server_connection.h"
#include "sync/client/token_shelf.h"

#include <functional>

namespace sparekey::sync {

/// An assertion for an access token, made by the device's key: Replica::assertion().
using AskAssertion = std::function<core::Result<std::string>()>;

class MemberConnection final : public AccountServer {
  public:
    /// Without a `shelf` the token ends with this connection.
    MemberConnection(const ServerConnection& server, AskAssertion ask_assertion,
                     TokenShelf* shelf = nullptr)
        : server_(server), ask_assertion_(std::move(ask_assertion)), shelf_(shelf) {}

    core::Result<std::variant<core::PushAnswer, PushConflict>> push(
        const core::PushRequest& request) override;
    core::Result<core::PullPage> pull(std::uint64_t after) override;
    core::Result<core::SnapshotPage> snapshot(const std::optional<core::RecordId>& after) override;

    const std::string& origin() const { return server_.origin(); }
    /// `request` with this device's token; any status. ErrorCode::refused if the server gives it no
    /// token, ErrorCode::offline as ServerConnection::send().
    core::Result<FetchResponse> send(ServerRequest request);

  private:
    /// False if it had to be got.
    core::Result<bool> take_token();
    core::Result<void> get_token();
    core::Unexpected no_token(const FetchResponse& response) const;

    const ServerConnection& server_;
    AskAssertion ask_assertion_;
    TokenShelf* shelf_;
    core::SecretText token_;
};

/// What a push may be answered by. Errors as AccountServer::push().
core::Result<std::variant<core::PushAnswer, PushConflict>> read_push_answer(
    const std::string& origin, const FetchResponse& response);

/// The request that pushes, without a token.
ServerRequest push_request(const core::PushRequest& request);

}  // namespace sparekey::sync
