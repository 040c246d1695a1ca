// What was found, gathered from all threads; bounded.
#pragma once

#include "cli/scan/messages.h"

#include <map>
#include <mutex>

namespace sparekey::cli::scan {

/// Where a text comes from.
struct Source {
    std::string path;
    std::string commit = {};  // of a blob in git's history
    std::uint64_t order = 0;  // of the commit among others, first ones first
};

class LeakList {
  public:
    /// In a history a leak is told of once for each file, in the first commit that has it;
    /// elsewhere once for each line.
    void add(Leak leak, const Source& source);
    /// Sorted by path, line, item and kind, into `report`.
    void give(ScanReport& report);

  private:
    struct Entry {
        Leak leak;
        std::uint64_t order = 0;
    };
    std::mutex mutex_;
    std::map<std::string, Entry> entries_;  // by what makes two of them one
    std::uint64_t unnamed_ = 0;
};

}  // namespace sparekey::cli::scan
