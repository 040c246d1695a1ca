// Who tried to get into the account, as the server's log says: a person hears it once.
//
// An identity alone opens nothing, but whoever has somebody else's should not go unseen.
#pragma once

#include "cli/online/member.h"
#include "sync/protocol/audit_chain.h"

namespace sparekey::cli::online {

/// What of these lines of an account's log a person is told: logins, refused attempts (counted),
/// logins that were linked or unlinked, new devices that a key slot let in. Pushes and approvals
/// are seen by what they change; what `own` device did is known.
std::vector<std::string> log_news(const std::vector<sync::AuditLine>& lines,
                                  const core::DeviceId& own);

/// What came since the last take_log_news(): asks the server only if the log has grown by more than
/// the account's commits. Empty if the server is away. ErrorCode::integrity if the log is not the
/// one that goes on from there.
core::Result<std::vector<std::string>> waiting_log_news(Member& member);

/// The same, for a person who is told now.
core::Result<std::vector<std::string>> take_log_news(Member& member);

}  // namespace sparekey::cli::online
