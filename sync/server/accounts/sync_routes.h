// The chain over HTTP: commits in, pages, snapshots and events out.
#pragma once

#include "sync/server/accounts/sessions.h"

namespace sparekey::sync {

std::vector<Route> sync_routes(Services& services);

/// What tells a waiting device that the head moved.
std::string head_event(std::uint64_t head);

}  // namespace sparekey::sync
