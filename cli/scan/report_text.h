// A scan's report as the formats that it is printed in. None of them holds a secret.
#pragma once

#include "cli/output.h"
#include "cli/scan/messages.h"

namespace sparekey::cli::scan {

/// After the baseline was taken off.
struct ShownReport {
    ScanReport report;
    std::uint64_t known = 0;  // finds that the baseline has
};

/// `{"findings":[{item,kind,path,line,commit,fingerprint}],"scanned",…}`
core::SecretBytes report_as_json(const ShownReport& shown);

/// SARIF 2.1.0 (OASIS). Items by their ids alone: such reports are sent to forges.
core::SecretBytes report_as_sarif(const ShownReport& shown);

}  // namespace sparekey::cli::scan
