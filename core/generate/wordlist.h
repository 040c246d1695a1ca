// The EFF's long list of 7,776 English words (five dice a word), compiled in at build time.
#pragma once

#include <array>
#include <string_view>

namespace sparekey::core {

extern const std::array<std::string_view, 7776> kWords;

}  // namespace sparekey::core
