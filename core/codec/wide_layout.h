// History entries, attachments, and items of schema 1: every number at its full width, and a device
// at every stamp.
#pragma once

#include "core/codec/archive.h"
#include "core/codec/item_bounds.h"

namespace sparekey::core::codec {

inline constexpr std::size_t kWideStamp = 8 + 4 + 16;
inline constexpr std::size_t kSmallestWideDot = kWideStamp + 1 + 4 + 4;

inline void put_wide(Writer& archive, const Stamp& stamp) {
    archive(stamp.at.wall_ms, stamp.at.counter);
    put(archive, stamp.device.bytes);
}
inline Instant get_wide_instant(Reader& archive) {
    Instant at;
    archive(at.wall_ms, at.counter);
    require(at.wall_ms <= kLatestTimeMs);
    return at;
}
inline Stamp get_wide_stamp(Reader& archive) {
    Stamp stamp;
    stamp.at = get_wide_instant(archive);
    get(archive, stamp.device.bytes);
    return stamp;
}

inline void put_wide(Writer& archive, const FieldKey& key) {
    archive(static_cast<std::uint8_t>(key.kind), key.ordinal);
    put_bytes(archive, bytes_of(key.name));
}
inline FieldKey get_wide_key(Reader& archive) {
    FieldKey key;
    key.kind = static_cast<FieldKind>(archive.number<std::uint8_t>());
    archive(key.ordinal);
    key.name = std::string(utf8_of(get_bytes(archive, kLongestText)));
    require(is_well_formed(key));
    return key;
}

inline void put_wide(Writer& archive, const Dot& dot) {
    put_wide(archive, dot.stamp);
    put(archive, dot.value.secret);
    archive(dot.value.order);
    put_bytes(archive, bytes_of(dot.value.text.expose()));
}
inline Dot get_wide_dot(Reader& archive) {
    Dot dot;
    dot.stamp = get_wide_stamp(archive);
    dot.value.secret = get_flag(archive);
    archive(dot.value.order);
    dot.value.text = SecretText::copy_of(utf8_of(get_bytes(archive, kLongestText)));
    return dot;
}

/// What an item of schema 1 is read by.
class WideReader {
  public:
    static constexpr std::size_t kSmallestField = 7 + 4 + kSmallestWideDot;
    static constexpr std::size_t kSmallestDot = kSmallestWideDot;
    static constexpr std::size_t kSmallestMark = kWideStamp + 4;
    static constexpr std::size_t kSmallestCounter = 4 + 8;

    explicit WideReader(Reader& archive) : archive_(archive) {}

    std::size_t length(std::size_t element_size) {
        return archive_.length(element_size, kMostListed);
    }
    std::uint64_t number() { return archive_.number<std::uint64_t>(); }
    std::string_view text() { return utf8_of(get_bytes(archive_, kLongestText)); }
    Context context() {
        std::vector<Context::Entry> entries;
        for (std::size_t left = length(kWideStamp); left > 0; --left) {
            Context::Entry entry;
            get(archive_, entry.device.bytes);
            entry.seen = get_wide_instant(archive_);
            entries.push_back(entry);
        }
        auto context = Context::from_entries(std::move(entries));
        require(context.has_value());
        return std::move(*context);
    }
    FieldKey key() { return get_wide_key(archive_); }
    Dot dot(const Context&) { return get_wide_dot(archive_); }
    Stamp stamp(const Context&) { return get_wide_stamp(archive_); }
    Context context_within(const Context&) { return context(); }

  private:
    Reader& archive_;
};

}  // namespace sparekey::core::codec
