// What the account has that this vault has not: verified, merged with what changed here, applied
// in one transaction or not at all (DESIGN section 6).
//
// A wrong hash, chain, signature or root is the server's doing: ErrorCode::integrity, with nothing
// applied. A right hash whose blob does not open is a member's: kept as it is, the sync goes on.
#pragma once

#include "core/replica/mass_deletion.h"

namespace sparekey::core {

/// After an alarm about a server that lost what it had acknowledged, or has another history.
inline constexpr const char* kReseedHint =
    "if the server was restored from a backup, `sparekey sync --reseed` gives it back what it "
    "lost; else ask whoever runs it, and compare `sparekey status` on your devices";

/// What one page brought.
struct Applied {
    std::uint64_t pulled = 0;   // records that changed here
    std::uint64_t merged = 0;   // items of which both sides had changed
    std::uint64_t removed = 0;  // items that went, for good or into the trash
    std::uint64_t held = 0;     // so many would have gone in all: nothing of the page was applied
    /// It takes items away, later pages follow, and the toll does not say what those take: nothing
    /// of the page was applied.
    bool unforeseen = false;
    bool at_head = false;
    std::vector<std::string> news;  // for the person: who joined or left, whose password changed
};

/// `toll` is that of the same sync's other pages. ErrorCode::refused if this device is no member
/// any more.
Result<Applied> apply_page(const ReplicaContext& context, const PullPage& page,
                           const Permissions& permissions, const Toll& toll);

}  // namespace sparekey::core
