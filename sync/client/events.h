// The account's server-sent events, as far as a sync needs them: something is new.
#pragma once

#include "sync/client/member_connection.h"

namespace sparekey::sync {

/// More than two heartbeats of the server.
inline constexpr std::chrono::milliseconds kLongestHeartbeat{60'000};

/// Returns when the account has gone beyond commit `revision`, when `changed_here`, which is asked
/// about every second, says so, after `patience` without news, or where not even a heartbeat came
/// for `longest_silence`, since the other end may be gone unseen; they are not told apart, since a
/// sync follows either way. Errors as MemberConnection::send().
core::Result<void> wait_for_change(MemberConnection& connection, std::uint64_t revision,
                                   std::chrono::seconds patience,
                                   const std::function<bool()>& changed_here,
                                   std::chrono::milliseconds longest_silence = kLongestHeartbeat);

/// The stream, as far as it has come, tells of a commit beyond `revision`.
bool tells_of_more(std::string_view stream, std::uint64_t revision);

}  // namespace sparekey::sync
