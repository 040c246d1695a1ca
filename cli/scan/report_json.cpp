#include "cli/scan/report_text.h"

namespace sparekey::cli::scan {
namespace {

void text_or_null(JsonWriter& json, std::string_view name, const std::string& text) {
    json.key(name);
    if (text.empty()) {
        json.null();
    } else {
        json.text(text);
    }
}

void number(JsonWriter& json, std::string_view name, std::uint64_t value) {
    json.field(name, static_cast<std::int64_t>(value));
}

void skipped_by_reason(JsonWriter& json, const Skipped& skipped) {
    json.key("skipped_by").begin_object();
    number(json, "binary", skipped.binary);
    number(json, "large", skipped.large);
    number(json, "links", skipped.links);
    number(json, "special", skipped.special);
    number(json, "unreadable", skipped.unreadable);
    number(json, "damaged", skipped.damaged);
    json.end_object();
}

}  // namespace

core::SecretBytes report_as_json(const ShownReport& shown) {
    const ScanReport& report = shown.report;
    JsonWriter json;
    json.begin_object().key("findings").begin_array();
    for (const Leak& leak : report.leaks) {
        json.begin_object();
        text_or_null(json, "item", leak.item);
        json.field("kind", leak.kind).field("path", leak.path);
        number(json, "line", leak.line);
        text_or_null(json, "commit", leak.commit);
        json.field("fingerprint", leak.fingerprint).end_object();
    }
    json.end_array();
    number(json, "scanned", report.scanned);
    number(json, "skipped", report.skipped.total());
    skipped_by_reason(json, report.skipped);
    number(json, "unnamed", report.unnamed);
    number(json, "allowed", report.allowed);
    number(json, "known", shown.known);
    number(json, "secrets", report.secrets);
    number(json, "too_common", report.too_common);
    number(json, "unlocked_bytes", report.unlocked);
    json.end_object();
    return json.drain();
}

}  // namespace sparekey::cli::scan
