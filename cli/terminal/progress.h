// A progress bar on stderr, for a person who waits: one line, gone at the end.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace sparekey::cli {

class Progress {
  public:
    /// `wanted` is false with --quiet and --json; without a terminal nothing is shown either.
    Progress(std::string doing, bool wanted);
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Draws at most every 100 ms. `total` may be 0: nothing is known.
    void show(std::size_t done, std::size_t total);
    void clear();

  private:
    std::string doing_;
    bool shown_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace sparekey::cli
