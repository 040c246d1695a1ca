// After a sync with an agent a process stands by for the next one, with libcurl loaded and the
// server's connection open: most of a short sync's time. It has no key, as little as the sync
// itself, and ends with the lock, or after ten minutes without a sync.
//
// `sparekey sync` meets it at a socket in the agent's folder, tells it what it was told itself, and
// prints what it answers. Whatever goes wrong between the two, the command becomes
// `sparekey-online` and syncs by itself, as it does where nobody stands by.
#pragma once

#include "cli/command_line.h"

namespace sparekey::cli {

/// What the command came to, if a process that stands by has done it; `arguments` are those that
/// `line` was parsed from.
std::optional<core::Result<void>> ask_standby(const ParsedLine& line,
                                              const std::vector<std::string>& arguments);

/// Starts one; where one stands by already it stays the only one. Nothing is waited for or told.
void start_standby(const std::string& vault_name);

/// What is reached from here, and how, sorted: the variables that the network's libraries go by,
/// what is loaded before them, and the kernel's namespaces.
std::vector<std::string> network_of_this_process();

}  // namespace sparekey::cli
