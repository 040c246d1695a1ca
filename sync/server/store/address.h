// Where a store is, as the configuration says it: "sqlite:/path/to/file" or "postgresql://…".
#pragma once

#include "core/base/result.h"

#include <string>

namespace sparekey::sync {

struct StoreAddress {
    enum class Kind { sqlite, postgres };
    Kind kind = Kind::sqlite;
    /// The file's path, or the connection string; the latter may hold a password.
    std::string where;

    /// "postgres://" too, and "postgresql:" with keywords ("postgresql:host=/run/db dbname=x").
    /// ErrorCode::usage.
    static core::Result<StoreAddress> parse(const std::string& text);
};

}  // namespace sparekey::sync
