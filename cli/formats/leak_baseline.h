// A baseline of `scan`: an earlier report in JSON, whose finds are known and no news.
#pragma once

#include "core/base/result.h"

#include <set>
#include <string>
#include <string_view>

namespace sparekey::cli {

/// The fingerprints of its findings. ErrorCode::usage for anything but a report of ours.
core::Result<std::set<std::string>> leak_baseline_from_json(std::string_view text);

}  // namespace sparekey::cli
