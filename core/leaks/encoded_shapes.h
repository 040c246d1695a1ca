// What a text must hold for a secret to stand in it encoded: known before anything is decoded, so
// that names and numbers, which fill most sources, are passed over.
#pragma once

#include "core/base/bytes.h"

namespace sparekey::core {

/// The classes of the characters of a run, or-ed; any other character is none.
enum CharacterClass : std::uint8_t { kUpper = 1, kLower = 2, kDigit = 4 };

class EncodedShapes {
  public:
    EncodedShapes() { class_sets_.fill(false); }

    /// One more secret that is looked for.
    void note(ByteView needle);
    bool any() const { return shortest_ != kNone; }
    std::size_t shortest() const { return shortest_; }  // needle, in bytes
    bool has_space() const { return has_space_; }
    /// Whether a run in base64 with these classes, or-ed, may hold one; false only if none can.
    bool may_hold(std::uint8_t classes) const { return class_sets_[classes & 7U]; }

  private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::size_t shortest_ = kNone;
    bool has_space_ = false;
    std::array<bool, 8> class_sets_{};
};

}  // namespace sparekey::core
