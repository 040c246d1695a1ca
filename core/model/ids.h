// 128-bit identifiers that cannot be mixed up, and their one text form: 26 characters of RFC 4648
// base32, lower case.
#pragma once

#include "core/base/bytes.h"
#include "core/ports/random.h"

#include <algorithm>
#include <compare>
#include <optional>

namespace sparekey::core {

template <class Tag>
struct Id {
    static constexpr std::size_t kSize = 16;
    std::array<std::uint8_t, kSize> bytes{};

    static Id random(Random& source) { return Id{source.bytes<kSize>()}; }
    /// The first 16 bytes of a hash.
    static Id cut_from(const Hash& hash) {
        Id id;
        std::copy_n(hash.begin(), kSize, id.bytes.begin());
        return id;
    }
    static std::optional<Id> from_bytes(ByteView view) {
        if (view.size() != kSize) return std::nullopt;
        Id id;
        std::copy(view.begin(), view.end(), id.bytes.begin());
        return id;
    }
    static std::optional<Id> parse(std::string_view text) {
        if (text.size() != 26) return std::nullopt;
        const auto decoded = from_base32(text);
        return decoded ? from_bytes(*decoded) : std::nullopt;
    }
    std::string text() const { return to_base32(bytes); }

    friend auto operator<=>(const Id&, const Id&) = default;
};

using VaultId = Id<struct VaultIdTag>;
using RecordId = Id<struct RecordIdTag>;
using SlotId = Id<struct SlotIdTag>;
/// The first 128 bits of a hash over both of a device's public keys.
using DeviceId = Id<struct DeviceIdTag>;

}  // namespace sparekey::core
