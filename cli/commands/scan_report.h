// What `scan` prints of a report, and what its exit code says of it.
#pragma once

#include "cli/scan/report_text.h"
#include "cli/session.h"

namespace sparekey::cli {

enum class ScanFormat { text, json, sarif };
/// By --format, else by --json. ErrorCode::usage for another.
core::Result<ScanFormat> scan_format(Session& session, const Arguments& arguments);

/// What is not in the baseline `file`, if one is given. ErrorCode::not_found, or ErrorCode::usage
/// if it is no report.
core::Result<scan::ShownReport> without_baseline(scan::ScanReport report,
                                                 const std::optional<std::string>& file);

/// ErrorCode::conflict if anything was found. `rows`: the vault's items, for their titles.
core::Result<void> print_scan_report(Session& session, ScanFormat format,
                                     const scan::ShownReport& shown,
                                     const std::vector<core::IndexRow>& rows);

}  // namespace sparekey::cli
