// A program of ours that goes on without us.
#pragma once

#include <string>
#include <vector>

namespace sparekey::cli::agent {

/// Where a detached program finds the descriptor that it was given.
inline constexpr int kKept = 3;

/// Runs `program` in a session of its own, in "/", with this process's environment; its standard
/// streams are /dev/null, and of our descriptors it has `kept` alone, if that is one. Nobody has to
/// wait for it. False, with errno, if no process can be made; whether it runs, only it can show.
bool start_detached(const std::string& program, const std::vector<std::string>& arguments,
                    int kept = -1);

}  // namespace sparekey::cli::agent
