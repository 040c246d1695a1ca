#include "cli/terminal/held_signals.h"

#include <poll.h>

#include <ctime>

namespace sparekey::cli {
namespace {

volatile sig_atomic_t caught_signal = 0;

void remember_signal(int number) {
    caught_signal = number;
}

timespec left_until(std::chrono::steady_clock::time_point deadline) {
    using std::chrono::nanoseconds;
    const auto left = std::max(nanoseconds(0), std::chrono::duration_cast<nanoseconds>(
                                                   deadline - std::chrono::steady_clock::now()));
    return {static_cast<time_t>(left.count() / 1'000'000'000),
            static_cast<long>(left.count() % 1'000'000'000)};
}

}  // namespace

HeldSignals::HeldSignals(std::vector<int> numbers)
    : numbers_(std::move(numbers)), previous_(numbers_.size()) {
    caught_signal = 0;
    sigset_t held;
    ::sigemptyset(&held);
    for (const int number : numbers_) ::sigaddset(&held, number);
    ::sigprocmask(SIG_BLOCK, &held, &mask_);
    struct sigaction remember {};
    remember.sa_handler = remember_signal;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
        ::sigaction(numbers_[i], &remember, &previous_[i]);
    }
}

HeldSignals::~HeldSignals() {
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
        ::sigaction(numbers_[i], &previous_[i], nullptr);
    }
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

Waited HeldSignals::wait(int descriptor, short events,
                         std::optional<std::chrono::steady_clock::time_point> deadline) const {
    pollfd ready{descriptor, events, 0};
    while (caught_signal == 0) {
        timespec left{};
        if (deadline) left = left_until(*deadline);
        const int found = ::ppoll(&ready, 1, deadline ? &left : nullptr, &mask_);
        if (found > 0) return Waited::ready;
        if (found == 0) return Waited::late;
    }
    return Waited::signal;
}

int HeldSignals::caught() const {
    return caught_signal;
}

}  // namespace sparekey::cli
