#include "cli/formats/leak_baseline.h"

#include "cli/formats/json_document.h"

namespace sparekey::cli {
namespace {

core::Unexpected no_report() {
    return core::unexpected(core::ErrorCode::usage, "the baseline is no report of sparekey scan",
                            "sparekey scan --json > FILE makes one");
}

}  // namespace

core::Result<std::set<std::string>> leak_baseline_from_json(std::string_view text) {
    SPAREKEY_TRY(const JsonDocument document, JsonDocument::parse(text));
    if (!document.root().is_object()) return no_report();
    const boost::json::value* const findings = member(document.root().get_object(), "findings");
    if (findings == nullptr || !findings->is_array()) return no_report();
    std::set<std::string> fingerprints;
    for (const boost::json::value& finding : findings->get_array()) {
        if (!finding.is_object()) return no_report();
        const std::string_view fingerprint = text_member(finding.get_object(), "fingerprint");
        if (fingerprint.empty()) return no_report();
        fingerprints.emplace(fingerprint);
    }
    return fingerprints;
}

}  // namespace sparekey::cli
