// One sync: what the account has that is new comes here, what is new here goes there, until both
// have the same.
//
// The vault is held only for moments, never while the network is waited for; ended at any moment,
// it has lost nothing and the next sync goes on.
#pragma once

#include "sync/client/account_server.h"
#include "sync/client/replica.h"

#include <chrono>
#include <functional>

namespace sparekey::sync {

struct SyncOptions {
    Permissions permissions = {};
    RosterWish wish = {};
    /// Before it tries again, because other devices push at the same time. At most 2 s each.
    std::function<void(std::chrono::milliseconds)> pause = [](std::chrono::milliseconds) {};
    /// Bytes that made the server unbelievable: for a person who wants to show them.
    std::function<void(const std::string& what, core::ByteView bytes)> keep_evidence =
        [](const std::string&, core::ByteView) {};
};

struct SyncReport {
    std::uint64_t pulled = 0;  // records
    std::uint64_t pushed = 0;  // records
    std::uint64_t merged = 0;  // items of which both sides had changed
    /// So many items would have been taken away: stopped before the first of them, and nothing was
    /// pushed.
    std::uint64_t held = 0;
    std::uint64_t revision = 0;  // the account's commits, when it ended
    std::vector<std::string> news;
};

/// ErrorCode::conflict if the vault has no account, or left it. ErrorCode::offline also if other
/// devices push so often that there was no end.
core::Result<SyncReport> synchronize(Replica& replica, AccountServer& server,
                                     const core::Clock& clock, core::Random& random,
                                     const SyncOptions& options);

}  // namespace sparekey::sync
