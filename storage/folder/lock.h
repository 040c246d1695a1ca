// One opener at a time: flock on the vault folder's `lock` file, which names its holder.
#pragma once

#include "storage/folder/files.h"

#include <chrono>

namespace sparekey::storage {

/// A command is at its end 5 s after its start, of which unlocking takes a part.
inline constexpr std::chrono::milliseconds kLockPatience{4400};

/// Held until the File ends (and by the kernel no longer than the process lives). Waits up to
/// `patience`, then ErrorCode::failed naming the process that holds it. ErrorCode::integrity if
/// `lock` is not a regular file. On a read-only mount it holds too, but names nobody.
core::Result<File> lock_folder(const std::string& folder, std::string_view command,
                               std::chrono::milliseconds patience = kLockPatience);

}  // namespace sparekey::storage
