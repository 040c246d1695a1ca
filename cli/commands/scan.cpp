#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "cli/formats/leak_baseline.h"
#include "cli/input_file.h"
#include "cli/scan/report_text.h"
#include "cli/scan/scan_process.h"
#include "core/text/unicode.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <map>

namespace sparekey::cli {
namespace {

using core::Result;
using scan::Leak;
using scan::Place;
using scan::ScanOrder;
using scan::ScanProcess;
using scan::ScanSecret;
using scan::ScanSecrets;

constexpr int kTries = 5;
constexpr std::size_t kPage = std::size_t{4} << 20;  // bytes
constexpr std::size_t kLongestBaseline = std::size_t{64} << 20;
constexpr std::size_t kShortCommit = 12;  // characters

enum class Format { text, json, sarif };

Result<Format> format_of(Session& session, const Arguments& arguments) {
    const std::string named =
        arguments.value("--format").value_or(session.out().json() ? "json" : "");
    if (named.empty()) return Format::text;
    if (named == "json") return Format::json;
    if (named == "sarif") return Format::sarif;
    return core::unexpected(core::ErrorCode::usage, "--format is json or sarif");
}

Result<ScanOrder> order_of(const Arguments& arguments) {
    ScanOrder order;
    std::vector<std::string> paths = arguments.positional();
    const bool git = arguments.has("--git"), staged = arguments.has("--staged");
    const bool home = arguments.has("--home");
    if (paths.empty() && (!home || git || staged)) paths.emplace_back(".");
    for (const std::string& path : paths) {
        if (git) order.places.push_back({Place::history, path});
        if (staged) order.places.push_back({Place::staged, path});
        if (!git && !staged) order.places.push_back({Place::tree, path});
    }
    if (!home) return order;
    const char* const folder = std::getenv("HOME");
    if (folder == nullptr || *folder != '/') {
        return core::unexpected(core::ErrorCode::failed, "HOME is not set");
    }
    order.places.push_back({Place::home, folder});
    return order;
}

/// In a hook nobody expects to be asked: git has taken standard input away.
Result<void> require_open_for_hook(Session& session) {
    std::vector<std::string> mended;
    if (::isatty(STDIN_FILENO) == 1 || session.credential_is_named() ||
        !storage::vault_exists(session.folder_paths(), mended)) {
        return {};
    }
    SPAREKEY_TRY(const bool open, session.agent_is_open());
    if (open) return {};
    return core::unexpected(
        core::ErrorCode::locked, "the vault is locked, so what is staged cannot be looked through",
        "run sparekey unlock and try again; git commit --no-verify goes without");
}

std::map<std::string, std::string> titles_of(const std::vector<core::IndexRow>& rows) {
    std::map<std::string, std::string> titles;
    for (const core::IndexRow& row : rows) titles[row.id.text()] = row.summary.title;
    return titles;
}

ScanSecret named(VaultSecret&& secret) {
    const std::string age = secret.age == Age::former ? "former " : "";
    return {secret.item.text(), age + core::printable(secret.field), secret.form,
            std::move(secret.value)};
}

/// In messages of kPage bytes and one secret more. An empty one would say that there are no more.
Result<void> hand_over(VaultSecrets&& found, ScanProcess& process) {
    ScanSecrets page;
    std::size_t size = 0;
    for (VaultSecret& secret : found.secrets) {
        size += secret.value.size();
        page.push_back(named(std::move(secret)));
        if (size < kPage) continue;
        SPAREKEY_CHECK(process.send(page));
        page.clear();
        size = 0;
    }
    if (page.empty()) return {};
    return process.send(page);
}

/// From the vault to the process, few at a time, so that all of them are nowhere but there.
Result<void> hand_over_all(VaultAccess& access, ScanProcess& process) {
    for (std::uint64_t survey = 0;;) {
        SPAREKEY_TRY(VaultSecrets found, access.secrets(survey));
        survey = found.survey;
        const bool last = found.is_last;
        SPAREKEY_CHECK(hand_over(std::move(found), process));
        if (last) return {};
    }
}

/// A process that has them all. A vault that was changed meanwhile is read anew.
Result<ScanProcess> informed_process(VaultAccess& access, const ScanOrder& order) {
    for (int tries = 1;; ++tries) {
        SPAREKEY_TRY(ScanProcess process, ScanProcess::start(order));
        const auto handed = hand_over_all(access, process);
        if (handed) return process;
        if (handed.error().code != core::ErrorCode::conflict || tries == kTries) {
            return core::unexpected(handed.error());
        }
    }
}

Result<void> take_off_baseline(const Arguments& arguments, scan::ShownReport& shown) {
    const auto file = arguments.value("--baseline");
    if (!file) return {};
    SPAREKEY_TRY(const core::SecretBytes text, read_any_file(*file, kLongestBaseline));
    SPAREKEY_TRY(const auto known, leak_baseline_from_json(core::text_of(text.expose())));
    shown.known = std::erase_if(
        shown.report.leaks, [&](const Leak& leak) { return known.count(leak.fingerprint) > 0; });
    return {};
}

std::string counted(std::uint64_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
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
    add(skipped.links, "symbolic links");
    add(skipped.special, "no files");
    add(skipped.unreadable, "unreadable");
    add(skipped.damaged, "damaged");
    return all;
}

void summarize(Session& session, const scan::ShownReport& shown) {
    const scan::ScanReport& report = shown.report;
    std::string text = counted(report.scanned, "text", "texts") + " searched for " +
                       counted(report.secrets, "secret", "secrets");
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

Result<void> print(Session& session, Format format, const scan::ShownReport& shown,
                   const std::map<std::string, std::string>& titles) {
    if (shown.report.unlocked > 0) {
        session.out().warn(counted((shown.report.unlocked + 1023) / 1024, "KiB", "KiB") +
                           " with secrets could not be locked in memory; raise the limit "
                           "(ulimit -l)");
    }
    if (format == Format::text) {
        print_table(session, shown.report.leaks, titles);
        summarize(session, shown);
    } else {
        const core::SecretBytes text =
            format == Format::json ? scan::report_as_json(shown) : scan::report_as_sarif(shown);
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

/// For sh, whatever is in it.
std::string quoted(const std::string& word) {
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

Result<void> install_hook(Session& session, const Arguments& arguments) {
    char self[PATH_MAX];
    const ssize_t size = ::readlink("/proc/self/exe", self, sizeof self);
    if (size <= 0) return core::unexpected(core::ErrorCode::failed, "cannot find this program");
    std::string line = quoted(std::string(self, static_cast<std::size_t>(size)));
    if (session.options().vault_is_named) line += " --vault " + session.options().vault_name;
    line += " scan --staged </dev/null";
    const ScanOrder order{{{Place::staged, arguments.positional(0).value_or(".")}},
                          line + " || exit"};
    SPAREKEY_TRY(ScanProcess process, ScanProcess::start(order));
    SPAREKEY_TRY(const scan::ScanReport report, process.answer());
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("hook", core::printable(report.hook)).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().note("each commit is looked through by " + core::printable(report.hook));
    }
    return {};
}

Result<void> run(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const Format format, format_of(session, arguments));
    if (arguments.has("--install-hook")) return install_hook(session, arguments);
    SPAREKEY_TRY(const ScanOrder order, order_of(arguments));
    if (arguments.has("--staged")) SPAREKEY_CHECK(require_open_for_hook(session));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    core::Filter all;
    all.shelf = core::Shelf::both;
    SPAREKEY_TRY(const std::vector<core::IndexRow> rows, access->find(all));
    SPAREKEY_TRY(ScanProcess process, informed_process(*access, order));
    session.step_aside();
    scan::ShownReport shown;
    SPAREKEY_TRY(shown.report, process.report());
    SPAREKEY_CHECK(take_off_baseline(arguments, shown));
    return print(session, format, shown, titles_of(rows));
}

}  // namespace

CommandSpec commands::scan() {
    return {
        "scan",
        "find this vault's secrets, and well-known kinds of secret, in files and git history",
        {{"[PATH]", "files and folders, or repositories with --git and --staged; else here", false,
          true}},
        {{"--home", "", "the shell histories and dotfiles of the home folder"},
         {"--git", "", "every blob that a branch, tag or stash of the repository reaches"},
         {"--staged", "", "what the next commit changes, as it is staged"},
         {"--baseline", "FILE", "an earlier report in JSON: what it has is known"},
         {"--format", "json|sarif", "how the report is printed"},
         {"--install-hook", "", "make the repository's pre-commit hook run scan --staged"}},
        run,
        "",
        "Passwords, seeds, recovery codes, secret fields, and former ones: as they stand, in "
        "base64,\nhexadecimal or percent-encoded. Those of fewer than 8 characters, and words and "
        "numbers of\nfewer than 15, are not looked for. Tokens and private keys are told by their "
        "structure and\nchecksum. Exit 6 on a find; no secret is shown. A line with "
        "sparekey:allow is let be.\nBinary files, symbolic links and files beyond 1 GiB are "
        "passed over and counted.\nIn a hook, a locked vault stops the commit (exit 5) and asks "
        "for nothing."};
}

}  // namespace sparekey::cli
