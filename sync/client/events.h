// The account's server-sent events, as far as a sync needs them: something is new.
#pragma once

#include "sync/client/member_connection.h"

namespace sparekey::sync {

/// Returns when the account has gone beyond commit `revision`, when `changed_here`, which is asked
/// about every second, says so, or after `patience` without news; they are not told apart, since a
/// sync follows either way. Errors as MemberConnection::send().
core::Result<void> wait_for_change(MemberConnection& connection, std::uint64_t revision,
                                   std::chrono::seconds patience,
                                   const std::function<bool()>& changed_here);

/// The stream, as far as it has come, tells of a commit beyond `revision`.
bool tells_of_more(std::string_view stream, std::uint64_t revision);

}  // namespace sparekey::sync
