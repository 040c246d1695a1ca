// Opens a server's store, wherever it is.
#pragma once

#include "sync/server/store/observer.h"
#include "sync/server/store/sql/database.h"
#include "sync/server/store/store.h"
#include "sync/server/store/use.h"

#include <memory>
#include <string>

namespace sparekey::sync {

/// Makes the store if it is not there, and brings its schema up to date. ErrorCode::usage for an
/// address that is none, ErrorCode::conflict if another use of the store forbids this one. Throws
/// StoreUnavailable. `observer` outlives it.
core::Result<std::unique_ptr<Store>> open_store(const std::string& address, Use use,
                                                StoreObserver* observer = nullptr);

/// The same below the rules, for what copies and verifies whole stores.
core::Result<std::unique_ptr<Database>> open_database(const std::string& address, Use use,
                                                      StoreObserver* observer = nullptr);

}  // namespace sparekey::sync
