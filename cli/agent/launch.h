// Starting the agent: libexec/sparekey/sparekey-agent, found beside this program, never by PATH.
#pragma once

#include "cli/agent/runtime_folder.h"

namespace sparekey::cli::agent {

/// Starts it in the background, in a session of its own, and returns when it can be connected to.
/// One that runs already is good too.
core::Result<void> start_agent(const RuntimeFolder& folder);

/// Becomes the agent; returns only if that fails.
core::Result<void> become_agent(const RuntimeFolder& folder);

}  // namespace sparekey::cli::agent
