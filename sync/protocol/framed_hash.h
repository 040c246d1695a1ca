// SHA-256 over several values, so that no two lists of values hash alike: numbers are 8 bytes,
// little-endian, and the length of a string comes before it as a number.
#pragma once

#include "core/crypto/hash.h"

namespace sparekey::sync {

class FramedHash {
  public:
    FramedHash& number(std::uint64_t value) {
        std::array<std::uint8_t, 8> little{};
        for (std::size_t i = 0; i < little.size(); ++i) {
            little[i] = static_cast<std::uint8_t>(value >> (8 * i));
        }
        hash_.update(little);
        return *this;
    }
    FramedHash& bytes(core::ByteView view) {
        number(view.size());
        hash_.update(view);
        return *this;
    }
    FramedHash& text(std::string_view view) { return bytes(core::bytes_of(view)); }
    /// Without a length: what is always as long.
    FramedHash& fixed(core::ByteView view) {
        hash_.update(view);
        return *this;
    }
    core::Hash finish() { return hash_.finish(); }

  private:
    core::Sha256 hash_;
};

}  // namespace sparekey::sync
