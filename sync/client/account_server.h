// What a sync asks of the server, a member's token already taken care of.
#pragma once

#include "core/chain/exchange.h"

#include <optional>
#include <variant>

namespace sparekey::sync {

/// The account is not where the pushed commit begins, but here.
struct PushConflict {
    core::ChainPoint head;
};

class AccountServer {
  public:
    virtual ~AccountServer() = default;

    // Errors of all three: ErrorCode::offline for a server that is away or that answers what is no
    // answer; ErrorCode::refused if this device is none of the account's (any more);
    // ErrorCode::integrity for a body that core cannot decode.

    /// ErrorCode::failed if the account is full.
    virtual core::Result<std::variant<core::PushAnswer, PushConflict>> push(
        const core::PushRequest& request) = 0;
    /// Some commits from `after` + 1 on.
    virtual core::Result<core::PullPage> pull(std::uint64_t after) = 0;
    /// Some live records from the next id on; from the first one on without `after`.
    virtual core::Result<core::SnapshotPage> snapshot(
        const std::optional<core::RecordId>& after) = 0;
};

}  // namespace sparekey::sync
