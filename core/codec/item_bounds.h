// What an encoded item may hold at most, in each of its layouts.
#pragma once

#include "core/codec/archive.h"
#include "core/model/item_state.h"
#include "core/text/unicode.h"

namespace sparekey::core::codec {

// As many as the largest blob has bytes: whatever fits in one is read.
inline constexpr std::size_t kMostListed = std::size_t{1} << 20;
inline constexpr std::size_t kLongestText = std::size_t{1} << 20;

inline std::string_view utf8_of(ByteView bytes) {
    const std::string_view text = text_of(bytes);
    require(is_utf8(text));
    return text;
}

}  // namespace sparekey::core::codec
