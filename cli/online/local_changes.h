// What a watching sync notices of its own machine: that something was written to the vault, and
// that the machine was asleep.
#pragma once

#include "storage/folder/files.h"

#include <cstdint>
#include <string>

namespace sparekey::cli::online {

/// Writes to the files of the vault in a folder, by whatever process. Where the system tells of
/// none (inotify is used up, say) nothing ever happens.
class LocalChanges {
  public:
    explicit LocalChanges(const std::string& folder);
    /// Since it was last asked.
    bool happened();

  private:
    storage::File events_;
};

class SleepWatch {
  public:
    SleepWatch() : slept_ms_(slept_ms()) {}
    /// Since it was last asked.
    bool was_asleep();

  private:
    static std::int64_t slept_ms();
    std::int64_t slept_ms_;
};

}  // namespace sparekey::cli::online
