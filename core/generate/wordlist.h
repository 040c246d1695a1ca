// The EFF's long list of 7,776 English words (five dice a word), compiled in at build time.
#pragma once

#include <cstdint>
#include <string_view>

namespace sparekey::core {

inline constexpr std::uint32_t kWordCount = 7776;

/// `index` is less than kWordCount.
std::string_view word_at(std::uint32_t index);

}  // namespace sparekey::core
