// Copies of whole stores: backup, restore, and moving from one database to another.
//
// A backup of either database is one SQLite store file, 0600, without a log beside it; `verify`
// reads it as any other store ("sqlite:PATH"). All functions throw StoreUnavailable for a database
// that is away and SystemFailure for a disk that fails; a file that they began does not stay.
#pragma once

#include "sync/server/store/sql/database.h"
#include "sync/server/store/upkeep/copy.h"
#include "sync/server/store/upkeep/verify.h"

#include <optional>
#include <string>

namespace sparekey::sync {

/// Consistent, whoever writes meanwhile. ErrorCode::conflict if `path` exists, ErrorCode::not_found
/// if there is no store.
core::Result<void> backup_store(const std::string& address, const std::string& path);

struct Restored {
    /// Where a SQLite file that was there lies now: PATH.before-restore, or numbered.
    std::optional<std::string> before;
};

/// Puts the backup in the store's place, after verifying it. ErrorCode::conflict while anybody
/// holds the store, ErrorCode::integrity for a backup that is damaged or none.
core::Result<Restored> restore_store(const std::string& path, const std::string& address,
                                     const ContentReader& read);

/// As verify_store(). ErrorCode::not_found if there is no store.
core::Result<Verified> verify_address(const std::string& address, const ContentReader& read);

/// Copies everything from a store that nobody holds into one that is empty, and compares all rows
/// before it is kept: ErrorCode::integrity if they differ. ErrorCode::conflict if the target is not
/// empty or one of them is in use.
core::Result<Contents> migrate_store(const std::string& from, const std::string& to);

}  // namespace sparekey::sync
