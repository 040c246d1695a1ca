#include "cli/commands/commands.h"
#include "cli/counted.h"
#include "cli/session.h"
#include "cli/terminal/progress.h"
#include "core/text/unicode.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sparekey::cli {
namespace {

constexpr std::string_view kStandardInput = "-";

/// The whole file in wiped memory, refused by its size before anything is read.
core::Result<core::SecretBytes> read_import(const std::string& path) {
    const storage::File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file.is_open() || ::fstat(file.descriptor(), &status) != 0) {
        return core::unexpected(
            errno == ENOENT ? core::ErrorCode::not_found : core::ErrorCode::failed,
            "cannot read " + path + ": " + std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return core::unexpected(core::ErrorCode::usage, path + " is not a file");
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > kLargestImport) {
        return core::unexpected(core::ErrorCode::usage, path + " is larger than 1 GiB");
    }
    core::SecretBytes bytes(size);
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t got = ::read(file.descriptor(), bytes.expose_mutable().data() + filled,
                                   bytes.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw core::SystemFailure("cannot read " + path);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    bytes.truncate(filled);
    return bytes;
}

/// Only where there is something: every other report has the same six members.
void write_recognised(JsonWriter& json, const ImportNotes& notes) {
    if (notes.recognised.empty()) return;
    json.key("recognised").begin_array();
    for (const ImportNotes::Recognised& recognised : notes.recognised) {
        json.begin_object()
            .field("where", recognised.where)
            .field("provider", recognised.provider)
            .key("identity");
        if (recognised.identity.empty()) {
            json.null();
        } else {
            json.text(recognised.identity);
        }
        json.end_object();
    }
    json.end_array();
}

void report_json(Session& session, std::string_view format, const ImportCounts& counts,
                 const ImportNotes& notes) {
    JsonWriter json;
    json.begin_object()
        .field("format", format)
        .field("created", static_cast<std::int64_t>(counts.created))
        .field("updated", static_cast<std::int64_t>(counts.updated))
        .field("unchanged", static_cast<std::int64_t>(counts.unchanged))
        .key("skipped")
        .begin_array();
    for (const ImportNotes::Skipped& skipped : notes.skipped) {
        json.begin_object()
            .field("where", skipped.where)
            .field("reason", skipped.reason)
            .end_object();
    }
    json.end_array().key("unmapped").begin_array();
    for (const auto* fields : {&notes.unmapped, &notes.kept}) {
        for (const auto& [field, items] : *fields) {
            json.begin_object()
                .field("field", field)
                .field("items", static_cast<std::int64_t>(items))
                .end_object();
        }
    }
    json.end_array();
    write_recognised(json, notes);
    json.end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

void report_recognised(Output& out, const ImportNotes& notes) {
    std::size_t unnamed = 0;
    for (const ImportNotes::Recognised& one : notes.recognised) {
        if (one.identity.empty()) {
            ++unnamed;
        } else {
            out.line("recognised " + one.where + ": signs in with " + one.identity);
        }
    }
    if (unnamed == 0) return;
    out.line("recognised " +
             counted(unnamed, "login of another provider that does",
                     "logins of other providers that do") +
             " not say which account: sparekey suggest asks about those that the vault knows, "
             "sparekey edit TITLE --sign-in-with KIND:NAME says it");
}

void report_text(Session& session, const ImportCounts& counts, const ImportNotes& notes,
                 bool dry_run) {
    Output& out = session.out();
    out.line(std::string(dry_run ? "would be " : "") + "created " + std::to_string(counts.created) +
             ", updated " + std::to_string(counts.updated) + ", unchanged " +
             std::to_string(counts.unchanged));
    for (const ImportNotes::Skipped& skipped : notes.skipped) {
        out.line("skipped " + skipped.where + ": " + skipped.reason);
    }
    for (const auto& [field, items] : notes.unmapped) {
        out.line("left out " + field + ", of " + counted(items, "item"));
    }
    for (const auto& [field, items] : notes.kept) {
        out.line("kept in another place " + field + ", of " + counted(items, "item"));
    }
    report_recognised(out, notes);
}

core::Result<void> run_import(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const ImportFormat* const format, find_import_format(*arguments.positional(0)));
    const std::string path = *arguments.positional(1);
    core::SecretBytes file;
    if (path != kStandardInput) {
        SPAREKEY_TRY(file, read_import(path));
    }
    const bool dry_run = arguments.has("--dry-run");
    session.prepare_import(dry_run ? 0 : file.size());
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    if (path == kStandardInput) {
        // After the password, which may be its first line.
        SPAREKEY_TRY(const core::SecretText all, session.input().rest(kLargestImport));
        file = core::SecretBytes::copy_of(core::bytes_of(all.expose()));
    }
    Progress bar("importing", !session.out().json() && !session.options().quiet);
    SPAREKEY_TRY(
        const ImportReport report,
        access->import(format->name, std::move(file), dry_run,
                       [&bar](std::size_t done, std::size_t total) { bar.show(done, total); }));
    bar.clear();
    if (session.out().json()) {
        report_json(session, format->name, report.counts, report.notes);
    } else {
        report_text(session, report.counts, report.notes, dry_run);
        if (!dry_run && path != kStandardInput) {
            session.out().note("the file still holds every secret: delete it when you are done");
        }
    }
    return {};
}

}  // namespace

CommandSpec commands::import_items() {
    return {
        "import",
        "take in another password manager's export; twice changes nothing",
        {{"FORMAT",
          "json, bitwarden-json, bitwarden-csv, keepass-xml, keepassxc-csv, 1pux, chrome-csv, "
          "firefox-csv"},
         {"FILE", "the export; - is standard input, so that it never lies on the disk"}},
        {{"--dry-run", "", "say what would happen, and do nothing"}},
        run_import,
        "",
        "A login without a password whose note, user name, field or second address says that one "
        "signs\nin with Google, Apple, Facebook, GitHub or Microsoft gets sign_in_with.\n"
        "All or nothing: a malformed file changes nothing. Data without a place of its own goes "
        "into\ncustom fields; what is left out is listed. What is older there than here stays as "
        "it is here.\nOf KeePassXC's CSV only a group "
        "\"Recycle Bin\" "
        "goes\nto the trash: in another language, export XML."};
}

}  // namespace sparekey::cli
