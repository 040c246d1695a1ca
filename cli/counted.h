// A number and what it is of, in words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sparekey::cli {

/// "1 item", "5 items". `many`: where more than one is not `one` with an s.
std::string counted(std::uint64_t count, std::string_view one, std::string_view many = {});

}  // namespace sparekey::cli
