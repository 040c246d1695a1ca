#include "cli/terminal/progress.h"

#include <unistd.h>

#include <algorithm>

namespace sparekey::cli {
namespace {

constexpr std::chrono::milliseconds kPause(100);
constexpr std::size_t kCells = 30;

/// A bar that cannot be drawn is no reason to stop.
void draw(const std::string& text) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    (void)written;
}

}  // namespace

Progress::Progress(std::string doing, bool wanted)
    : doing_(std::move(doing)),
      shown_(wanted && ::isatty(STDERR_FILENO) == 1),
      next_(std::chrono::steady_clock::now() + kPause) {}

void Progress::show(std::size_t done, std::size_t total) {
    if (!shown_ || total == 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + kPause;
    drawn_ = true;
    const std::size_t part = std::min(done, total);
    const std::size_t full = part * kCells / total;
    std::string percent = std::to_string(part * 100 / total);
    percent.insert(0, 3 - std::min<std::size_t>(3, percent.size()), ' ');
    draw("\r" + doing_ + " [" + std::string(full, '#') + std::string(kCells - full, ' ') + "] " +
         percent + " %");
}

void Progress::clear() {
    if (drawn_) draw("\r\x1b[K");
    drawn_ = false;
}

}  // namespace sparekey::cli
