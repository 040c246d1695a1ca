// The range service of Have I Been Pwned, asked by a process of its own: sparekey-online, which has
// the network and is told five digits of each hash, and nothing else.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::cli {

/// "0A1B2": 20 bits as the service wants them.
std::string prefix_text(std::uint32_t prefix);

/// Calls `take` with the service's answer to each prefix, in their order. ErrorCode::offline if the
/// service is away or answers nonsense, ErrorCode::usage if its address in config.toml is none.
core::Result<void> fetch_ranges(
    const std::vector<std::uint32_t>& prefixes,
    const std::function<core::Result<void>(std::uint32_t prefix, std::string_view range)>& take);

/// How the other process hands over one answer: a line with its length, then the answer.
std::string framed_range(std::string_view range);
/// The first answer of `left`, which is taken off it; ErrorCode::offline for anything else.
core::Result<std::string_view> take_range(std::string_view& left);

}  // namespace sparekey::cli
