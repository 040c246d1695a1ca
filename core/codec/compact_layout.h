// Items since schema 2: numbers as varints, and a stamp by the place that its device has in the
// item's context and its distance to the last that the context has seen of it. Most items have one
// device, and most values are of the last edit.
#pragma once

#include "core/codec/archive.h"
#include "core/codec/item_bounds.h"

#include <limits>
#include <stdexcept>

namespace sparekey::core::codec {

class CompactWriter {
  public:
    void length(std::size_t size) { archive_.varint(size); }
    void number(std::uint64_t value) { archive_.varint(value); }
    void text(std::string_view text) {
        length(text.size());
        archive_.bytes(bytes_of(text));
    }
    void context(const Context& context) {
        length(context.entries().size());
        for (const Context::Entry& entry : context.entries()) {
            put(archive_, entry.device.bytes);
            number(entry.seen.wall_ms);
            number(entry.seen.counter);
        }
    }
    void key(const FieldKey& key) {
        archive_(static_cast<std::uint8_t>(key.kind));
        if (!is_element(key.kind)) return;
        number(key.ordinal);
        text(key.name);
    }
    void dot(const Dot& dot, const Context& of) {
        stamp(dot.stamp, of);
        number(std::uint64_t{dot.value.order} << 1 | (dot.value.secret ? 1U : 0U));
        text(dot.value.text.expose());
    }
    /// Throws std::logic_error if `of` does not cover it: no such state is ever made.
    void stamp(const Stamp& stamp, const Context& of) { instant(stamp.device, stamp.at, of); }
    void context_within(const Context& context, const Context& of) {
        length(context.entries().size());
        for (const Context::Entry& entry : context.entries()) {
            instant(entry.device, entry.seen, of);
        }
    }
    SecretBytes take() && { return std::move(archive_).take(); }

  private:
    void instant(const DeviceId& device, const Instant& at, const Context& of) {
        const auto place = of.place_of(Stamp{at, device});
        if (!place) {
            throw std::logic_error("an item's context does not cover one of its stamps");
        }
        number(*place);
        number(of.entries()[*place].seen.wall_ms - at.wall_ms);
        number(at.counter);
    }

    Writer archive_;
};

class CompactReader {
  public:
    static constexpr std::size_t kSmallestDot = 3 + 1 + 1;
    static constexpr std::size_t kSmallestField = 1 + 1 + kSmallestDot;
    static constexpr std::size_t kSmallestMark = 3 + 1;
    static constexpr std::size_t kSmallestCounter = 1 + 1;

    explicit CompactReader(Reader& archive) : archive_(archive) {}

    std::size_t length(std::size_t element_size) {
        return archive_.short_length(element_size, kMostListed);
    }
    std::uint64_t number() { return archive_.varint(kLargest<std::uint64_t>); }
    std::string_view text() {
        return utf8_of(archive_.bytes(archive_.short_length(1, kLongestText)));
    }
    Context context() {
        std::vector<Context::Entry> entries;
        for (std::size_t left = length(16 + 1 + 1); left > 0; --left) {
            Context::Entry entry;
            get(archive_, entry.device.bytes);
            entry.seen = {archive_.varint(kLatestTimeMs), counter()};
            entries.push_back(entry);
        }
        return sorted(std::move(entries));
    }
    FieldKey key() {
        FieldKey key;
        key.kind = static_cast<FieldKind>(archive_.number<std::uint8_t>());
        if (is_element(key.kind)) {
            key.ordinal = static_cast<std::uint16_t>(archive_.varint(kLargest<std::uint16_t>));
            key.name = std::string(text());
        }
        require(is_well_formed(key));
        return key;
    }
    Dot dot(const Context& of) {
        Dot dot;
        dot.stamp = stamp(of);
        const std::uint64_t order = archive_.varint(std::uint64_t{kLargest<std::uint32_t>} * 2 + 1);
        dot.value.secret = (order & 1) != 0;
        dot.value.order = static_cast<std::uint32_t>(order >> 1);
        dot.value.text = SecretText::copy_of(text());
        return dot;
    }
    Stamp stamp(const Context& of) {
        const Context::Entry entry = instant(of);
        return {entry.seen, entry.device};
    }
    Context context_within(const Context& of) {
        std::vector<Context::Entry> entries;
        for (std::size_t left = length(3); left > 0; --left) entries.push_back(instant(of));
        return sorted(std::move(entries));
    }

  private:
    template <class Number>
    static constexpr Number kLargest = std::numeric_limits<Number>::max();

    static Context sorted(std::vector<Context::Entry> entries) {
        auto context = Context::from_entries(std::move(entries));
        require(context.has_value());
        return std::move(*context);
    }
    std::uint32_t counter() {
        return static_cast<std::uint32_t>(archive_.varint(kLargest<std::uint32_t>));
    }
    /// An instant of one of the context's devices, none later than it has seen.
    Context::Entry instant(const Context& of) {
        const auto& entries = of.entries();
        require(!entries.empty());
        Context::Entry entry = entries[archive_.varint(entries.size() - 1)];
        entry.seen.wall_ms -= archive_.varint(entry.seen.wall_ms);
        entry.seen.counter = counter();
        return entry;
    }

    Reader& archive_;
};

}  // namespace sparekey::core::codec
