// A whole scan: every place of an order, on all processors.
#pragma once

#include "cli/scan/program/secret_set.h"

namespace sparekey::cli::scan {

/// ErrorCode::not_found if a place is not there.
core::Result<ScanReport> scan_places(const ScanOrder& order, const SecretSet& secrets,
                                     const class Patterns& patterns);

}  // namespace sparekey::cli::scan
