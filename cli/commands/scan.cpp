#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "cli/commands/scan_report.h"
#include "cli/scan/scan_process.h"
#include "core/text/unicode.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>

namespace sparekey::cli {
namespace {

using core::Result;
using scan::Place;
using scan::ScanOrder;
using scan::ScanProcess;
using scan::ScanSecret;
using scan::ScanSecrets;

constexpr int kTries = 5;
constexpr std::size_t kPage = std::size_t{4} << 20;  // bytes

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

Result<void> run_scan(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const ScanFormat format, scan_format(session, arguments));
    if (arguments.has("--install-hook")) return install_hook(session, arguments);
    SPAREKEY_TRY(const ScanOrder order, order_of(arguments));
    if (arguments.has("--staged")) SPAREKEY_CHECK(require_open_for_hook(session));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    core::Filter all;
    all.shelf = core::Shelf::both;
    SPAREKEY_TRY(const std::vector<core::IndexRow> rows, access->find(all));
    SPAREKEY_TRY(ScanProcess process, informed_process(*access, order));
    session.step_aside();
    SPAREKEY_TRY(scan::ScanReport report, process.report());
    SPAREKEY_TRY(const scan::ShownReport shown,
                 without_baseline(std::move(report), arguments.value("--baseline")));
    return print_scan_report(session, format, shown, rows);
}

}  // namespace

CommandSpec commands::scan() {
    return {
        "scan",
        "find this vault's secrets, and well-known kinds of secret, in files and git history",
        {{"[PATH]", "files and folders, or repositories with --git and --staged; else here", false,
          true}},
        {{"--home", "", "the shell histories and dotfiles of the home folder"},
         {"--git", "", "every blob and commit message that a branch, tag or stash reaches"},
         {"--staged", "", "what the next commit changes, as it is staged"},
         {"--baseline", "FILE", "an earlier report in JSON: what it has is known"},
         {"--format", "json|sarif", "how the report is printed"},
         {"--install-hook", "", "make the repository's pre-commit hook run scan --staged"}},
        run_scan,
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
