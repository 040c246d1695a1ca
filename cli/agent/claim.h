// A file that one process at a time holds, as the sign that it is the one that does something.
#pragma once

#include "core/base/result.h"
#include "storage/folder/files.h"

#include <chrono>
#include <optional>
#include <string>

namespace sparekey::cli::agent {

/// The file, made if it is missing, and locked for as long as it is open. Nothing if somebody else
/// holds it and goes on to: one that is ending is waited for. ErrorCode::integrity if it is not a
/// file of ours.
core::Result<std::optional<storage::File>> claim(const std::string& path,
                                                 std::chrono::milliseconds patience);

}  // namespace sparekey::cli::agent
