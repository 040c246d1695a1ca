#include "cli/commands/scan_report.h"

#include "cli/counted.h"
#include "cli/formats/leak_baseline.h"
#include "cli/input_file.h"

#include <map>
#include <set>

namespace sparekey::cli {
namespace {

using core::Result;
using scan::Leak;

constexpr std::size_t kLongestBaseline = std::size_t{64} << 20;
constexpr std::size_t kShortCommit = 12;  // characters

std::map<std::string, std::string> titles_of(const std::vector<core::IndexRow>& rows) {
    std::map<std::string, std::string> titles;
    for (const core::IndexRow& row : rows) titles[row.id.text()] = row.summary.title;
    return titles;
}

void print_table(Session& session, const std::vector<Leak>& leaks,
                 const std::map<std::string, std::string>& titles) {
    std::vector<std::vector<std::string>> rows;
    for (const Leak& leak : leaks) {
        const auto title = titles.find(leak.item);
        rows.push_back({leak.path + ":" + std::to_string(leak.line), leak.kind,
                        title == titles.end() ? "" : title->second,
                        leak.commit.substr(0, kShortCommit)});
    }
    if (!rows.empty()) session.out().table({"WHERE", "KIND", "ITEM", "COMMIT"}, rows);
}

std::string reasons(const scan::Skipped& skipped) {
    std::string all;
    const auto add = [&](std::uint64_t count, const char* what) {
        if (count > 0) all += (all.empty() ? "" : ", ") + std::to_string(count) + " " + what;
    };
    add(skipped.binary, "binary");
    add(skipped.large, "larger than 1 GiB");
    add(skipped.links, skipped.links == 1 ? "symbolic link" : "symbolic links");
    add(skipped.special, skipped.special == 1 ? "that is no file" : "that are no files");
    add(skipped.unreadable, "unreadable");
    add(skipped.damaged, "damaged");
    return all;
}

void summarize(Session& session, const scan::ShownReport& shown) {
    const scan::ScanReport& report = shown.report;
    std::string text =
        counted(report.scanned, "text") + " searched for " + counted(report.secrets, "secret");
    if (report.skipped.total() > 0) {
        text += "; passed over: " + reasons(report.skipped);
    }
    session.out().note(text);
    if (report.too_common > 0) {
        session.out().note(counted(report.too_common, "secret was", "secrets were") +
                           " not looked for: too short, or what any text may hold");
    }
    if (shown.known > 0) session.out().note(std::to_string(shown.known) + " in the baseline");
    if (report.allowed > 0) {
        session.out().note(std::to_string(report.allowed) + " allowed by sparekey:allow");
    }
}

}  // namespace

Result<ScanFormat> scan_format(Session& session, const Arguments& arguments) {
    const std::string named =
        arguments.value("--format").value_or(session.out().json() ? "json" : "");
    if (named.empty()) return ScanFormat::text;
    if (named == "json") return ScanFormat::json;
    if (named == "sarif") return ScanFormat::sarif;
    return core::unexpected(core::ErrorCode::usage, "--format is json or sarif");
}

Result<scan::ShownReport> without_baseline(scan::ScanReport report,
                                           const std::optional<std::string>& file) {
    scan::ShownReport shown{std::move(report)};
    if (!file) return shown;
    SPAREKEY_TRY(const core::SecretBytes text, read_any_file(*file, kLongestBaseline));
    SPAREKEY_TRY(const auto known, leak_baseline_from_json(core::text_of(text.expose())));
    shown.known = std::erase_if(
        shown.report.leaks, [&](const Leak& leak) { return known.count(leak.fingerprint) > 0; });
    return shown;
}

Result<void> print_scan_report(Session& session, ScanFormat format, const scan::ShownReport& shown,
                               const std::vector<core::IndexRow>& rows) {
    if (shown.report.unlocked > 0) {
        session.out().warn(std::to_string((shown.report.unlocked + 1023) / 1024) +
                           " KiB with secrets could not be locked in memory; raise the limit "
                           "(ulimit -l)");
    }
    if (format == ScanFormat::text) {
        print_table(session, shown.report.leaks, titles_of(rows));
        summarize(session, shown);
    } else {
        const core::SecretBytes text =
            format == ScanFormat::json ? scan::report_as_json(shown) : scan::report_as_sarif(shown);
        session.out().raw(text.expose());
        session.out().raw("\n");
    }
    const std::uint64_t found = shown.report.leaks.size() + shown.report.unnamed;
    if (found == 0) return {};
    return core::unexpected(
        core::ErrorCode::conflict, counted(found, "secret was", "secrets were") + " found",
        "change what leaked; sparekey:allow on its line, or --baseline, lets one "
        "be");
}

}  // namespace sparekey::cli
