// While a person is waited for, signals are remembered instead of acted on, so that the terminal
// can be put back first.
//
// They are held back except inside wait(): one that comes just before it is not missed. One object
// at a time.
#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <vector>

namespace sparekey::cli {

enum class Waited { ready, signal, late };

class HeldSignals {
  public:
    explicit HeldSignals(std::vector<int> numbers);
    ~HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    /// Until `descriptor` is ready for `events` (poll(2)'s), a signal came or `deadline` is over.
    Waited wait(int descriptor, short events,
                std::optional<std::chrono::steady_clock::time_point> deadline = {}) const;
    /// The one that came, else 0.
    int caught() const;

  private:
    std::vector<int> numbers_;
    std::vector<struct sigaction> previous_;
    sigset_t mask_{};
};

}  // namespace sparekey::cli
