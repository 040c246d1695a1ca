// Starting the agent's own processes.
#pragma once

#include "storage/folder/files.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace sparekey::cli::agent {

struct Child {
    pid_t process = -1;
    storage::File channel;  // our end; the child's is its descriptor kChannel
};

inline constexpr int kChannel = 3;

/// Runs this program again with `arguments` and one end of a socket pair of `type`; nothing else is
/// inherited but standard error, and it ends when this process does. Throws core::SystemFailure.
Child start_process(const std::vector<std::string>& arguments, int type);

/// In the same way another program, under `name`, with a stream as its standard input and output.
Child start_helper(const std::string& path, const std::string& name,
                   const std::vector<std::string>& environment);

}  // namespace sparekey::cli::agent
