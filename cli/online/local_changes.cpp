#include "cli/online/local_changes.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <utility>

namespace sparekey::cli::online {
namespace {

/// The two clocks are read one after the other.
constexpr std::int64_t kShortestSleepMs = 1000;

std::int64_t now_ms(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

}  // namespace

LocalChanges::LocalChanges(const std::string& folder)
    : events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (!events_.is_open()) return;
    ::inotify_add_watch(events_.descriptor(), folder.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO);
}

bool LocalChanges::happened() {
    std::array<char, 4096> events;
    bool some = false;
    while (events_.is_open() && ::read(events_.descriptor(), events.data(), events.size()) > 0) {
        some = true;
    }
    return some;
}

bool SleepWatch::was_asleep() {
    const std::int64_t now = slept_ms();
    return now - std::exchange(slept_ms_, now) >= kShortestSleepMs;
}

/// Since the machine was started.
std::int64_t SleepWatch::slept_ms() {
    return now_ms(CLOCK_BOOTTIME) - now_ms(CLOCK_MONOTONIC);
}

}  // namespace sparekey::cli::online
