// Looks for bytes in the memory of other processes, as root by /proc/PID/mem (T-06).
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace sparekey::tests {

/// What to look for: a name for the report, and the bytes.
struct Canary {
    std::string name;
    std::string bytes;
};

/// Raw, as hex and as base64.
void add_spellings(std::vector<Canary>& canaries, const std::string& name,
                   const std::string& bytes);

/// How often each canary's name was found in what the process can write (heap, stacks, mapped
/// files); names that were not found are left out.
std::map<std::string, std::size_t> scan_memory(pid_t process, const std::vector<Canary>& canaries);

/// Names of canaries that stand in the arguments or the environment of any process.
std::vector<std::string> scan_arguments(const std::vector<Canary>& canaries);

}  // namespace sparekey::tests
