// RFC 3339 times in UTC, to the millisecond, for the years 1970 to 9999.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sparekey::cli {

/// "2026-11-24T12:00:00Z", with ".123" only if there are milliseconds. Later than 9999 is cut
/// there.
std::string format_time(std::uint64_t ms);

/// With any offset, any fraction (cut to ms); a space or 't' instead of 'T' is fine, a missing
/// offset means UTC. Times before 1970 are 0. Nothing for what is not a time of the years 0 to
/// 9999.
std::optional<std::uint64_t> parse_time(std::string_view text);

}  // namespace sparekey::cli
