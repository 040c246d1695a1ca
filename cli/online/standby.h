// What holds for processes that go on beside the agent.
#pragma once

#include "cli/session.h"

namespace sparekey::cli::online {

/// Nothing stays behind when the agent locks, no token and no record that is on its way: from now
/// on this process ends with the vault's worker, to which this is a connection. Nothing if no agent
/// has the vault open.
core::Result<std::optional<agent::Connection>> end_with_agent(const Session& session);

}  // namespace sparekey::cli::online
