// One file with a consistent copy of a vault's folder; made and checked without any key.
//
// magic "sparekey backup 1\n" ‖ for each file: name length (1) ‖ name ‖ size (8) ‖ bytes ‖ then a
// zero byte ‖ SHA-256 of all before. The names are vault.db, vault.db-wal and keyslots, nothing
// else.
#pragma once

#include "storage/folder/opened_folder.h"

namespace sparekey::storage {

/// Under the lock. ErrorCode::conflict if `destination` exists; 0600, on disk when it returns.
core::Result<void> write_backup(const FolderPaths& paths, const std::string& destination);

/// ErrorCode::integrity if any byte is not as written, ErrorCode::not_found without the file.
core::Result<void> check_backup(const std::string& source);

/// Unpacks into the folder of a vault that does not exist (else ErrorCode::conflict).
core::Result<void> restore_backup(const std::string& source, const FolderPaths& paths);

}  // namespace sparekey::storage
