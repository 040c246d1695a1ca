#include "core/model/stamp.h"

#include <algorithm>
#include <limits>

namespace sparekey::core {
namespace {

auto position(const std::vector<Context::Entry>& entries, const DeviceId& device) {
    return std::lower_bound(
        entries.begin(), entries.end(), device,
        [](const Context::Entry& entry, const DeviceId& wanted) { return entry.device < wanted; });
}

}  // namespace

Instant next_instant(std::uint64_t now_ms, const Instant& highest) {
    const std::uint64_t now = std::min(now_ms, kLatestTimeMs);
    if (now > highest.wall_ms) return {now, 0};
    if (highest.counter < std::numeric_limits<std::uint32_t>::max()) {
        return {highest.wall_ms, highest.counter + 1};
    }
    return {highest.wall_ms + 1, 0};
}

std::optional<std::size_t> Context::place_of(const Stamp& stamp) const {
    const auto at = position(entries_, stamp.device);
    const bool is_covered =
        at != entries_.end() && at->device == stamp.device && stamp.at <= at->seen;
    if (!is_covered) return std::nullopt;
    return static_cast<std::size_t>(at - entries_.begin());
}

bool Context::covers(const Stamp& stamp) const {
    return place_of(stamp).has_value();
}

bool Context::covers(const Context& other) const {
    return std::all_of(other.entries_.begin(), other.entries_.end(), [&](const Entry& entry) {
        return covers(Stamp{entry.seen, entry.device});
    });
}

void Context::add(const Stamp& stamp) {
    const auto at = entries_.begin() + (position(entries_, stamp.device) - entries_.begin());
    if (at != entries_.end() && at->device == stamp.device) {
        at->seen = std::max(at->seen, stamp.at);
    } else {
        entries_.insert(at, Entry{stamp.device, stamp.at});
    }
}

void Context::add(const Context& other) {
    for (const Entry& entry : other.entries_) add(Stamp{entry.seen, entry.device});
}

Instant Context::highest() const {
    Instant highest;
    for (const Entry& entry : entries_) highest = std::max(highest, entry.seen);
    return highest;
}

std::optional<Context> Context::from_entries(std::vector<Entry> entries) {
    for (std::size_t i = 1; i < entries.size(); ++i) {
        if (!(entries[i - 1].device < entries[i].device)) return std::nullopt;
    }
    Context context;
    context.entries_ = std::move(entries);
    return context;
}

}  // namespace sparekey::core
