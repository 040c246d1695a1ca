// When a value was written: a hybrid logical clock reading, and what a replica has seen of them.
//
// A stamp is made at an edit as the larger of now and the item's highest stamp, plus one step, and
// is never carried across items. So a far-future stamp can neither spread nor beat a later edit of
// the same item. Stamps are totally ordered: wall time, then counter, then device.
#pragma once

#include "core/model/ids.h"

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace sparekey::core {

/// 9999-12-31T23:59:59.999Z: no later time is read or made.
inline constexpr std::uint64_t kLatestTimeMs = 253402300799999;

/// The part of a stamp that orders the edits of one device.
struct Instant {
    std::uint64_t wall_ms = 0;
    std::uint32_t counter = 0;

    friend auto operator<=>(const Instant&, const Instant&) = default;
};

struct Stamp {
    Instant at;
    DeviceId device;

    friend auto operator<=>(const Stamp&, const Stamp&) = default;
};

/// After it there is none: an item that has seen it cannot be changed any more.
inline constexpr Instant kLastInstant{kLatestTimeMs, std::numeric_limits<std::uint32_t>::max()};

/// One step after the larger of `now_ms` and `highest`; never beyond kLatestTimeMs as long as the
/// counter has room.
Instant next_instant(std::uint64_t now_ms, const Instant& highest);

/// {device -> highest stamp seen}: which values a replica of an item has heard of, ever.
class Context {
  public:
    struct Entry {
        DeviceId device;
        Instant seen;
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    bool covers(const Stamp& stamp) const;
    /// The place among entries() of the stamp's device, if the stamp is covered.
    std::optional<std::size_t> place_of(const Stamp& stamp) const;
    bool covers(const Context& other) const;
    void add(const Stamp& stamp);
    void add(const Context& other);
    /// The highest instant of any device, or zero.
    Instant highest() const;

    /// Sorted by device, one entry each.
    const std::vector<Entry>& entries() const { return entries_; }
    /// For decoding: nothing unless `entries` is sorted by device without repetition.
    static std::optional<Context> from_entries(std::vector<Entry> entries);

    friend bool operator==(const Context&, const Context&) = default;

  private:
    std::vector<Entry> entries_;
};

}  // namespace sparekey::core
