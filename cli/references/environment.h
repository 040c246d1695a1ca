// The environment that `run` gives to the program: the caller's, then that of --env-file over it,
// and whole values that are references replaced. Also the values that go by file descriptor.
//
// Values live in wiped memory of this process only, never in its own environment.
#pragma once

#include "cli/references/dotenv.h"
#include "cli/references/resolver.h"

namespace sparekey::cli {

class Environment {
  public:
    /// Entries as in environ(7); those without '=' are passed on too.
    explicit Environment(char* const* entries);
    /// Replaces all entries of that name, or appends one.
    void set(std::string_view name, core::SecretText value);
    /// ErrorCode::usage, naming the variable, for a malformed reference; else as Resolver.
    core::Result<void> resolve(Resolver& resolver);
    /// Empty if it is not set.
    std::string_view value(std::string_view name) const;
    /// NUL-terminated, for execve(); lives as long as this and until the next change.
    std::vector<char*> pointers();

  private:
    std::vector<core::SecretBytes> entries_;  // "NAME=VALUE\0"
};

/// An anonymous file in memory that holds `value` and stays open over execve(): its path is
/// "/dev/fd/N". Throws SystemFailure.
std::string memory_file(std::string_view value);

}  // namespace sparekey::cli
