// --kdf-memory and --kdf-passes, and the calibration that `init` does without them.
#pragma once

#include "cli/command.h"
#include "core/crypto/argon2id.h"

namespace sparekey::cli {

std::vector<OptionSpec> kdf_options();

/// `base` with what the options say. ErrorCode::usage for what is out of bounds.
core::Result<core::KdfCost> kdf_cost(const Arguments& arguments, const core::KdfCost& base);

/// Measures this machine: about one second, at most a quarter of its memory, within the bounds.
core::KdfCost calibrated_cost();

}  // namespace sparekey::cli
