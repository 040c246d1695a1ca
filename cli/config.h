// config.toml (INTERFACE, "config.toml"): what a person sets once. Every key is checked, those of
// parts that are not there yet too, so that a slip is told and not silently without effect.
#pragma once

#include "core/base/result.h"
#include "core/generate/generate.h"

#include <cstddef>
#include <string>

namespace sparekey::cli {

struct Config {
    std::size_t history_kept = 100;                            // [history] keep: records an item
    std::string generate_default{core::kDefaultGenerateSpec};  // [generate] default: a SPEC
};

/// The defaults without a file. ErrorCode::usage, naming file and line, for what is not TOML, not a
/// key, or not a value that the key takes.
core::Result<Config> read_config(const std::string& path);

}  // namespace sparekey::cli
