#include "cli/commands/commands.h"
#include "cli/commands/size_warnings.h"
#include "cli/formats/own_json.h"
#include "cli/session.h"
#include "storage/folder/new_file.h"

#include <unistd.h>

namespace sparekey::cli {
namespace {

core::Result<void> write_items(Session& session, core::Vault& vault,
                               const std::function<void(core::ByteView)>& write) {
    std::vector<core::RecordId> ids;
    vault.store().each_index_row(core::Shelf::both, [&](const core::IndexRow& row) {
        ids.push_back(row.id);
        return true;
    });
    ExportSize size;
    ExportWriter writer(session.clock().now_ms(), [&](core::ByteView piece) {
        if (const auto warning = size.add(piece.size())) session.out().warn(*warning);
        write(piece);
    });
    for (const core::RecordId& id : ids) SPAREKEY_CHECK(writer.item(vault, id));
    writer.finish();
    for (const std::string& attachment : writer.missing()) {
        session.out().warn("the data of an attachment is missing: " + attachment);
    }
    return {};
}

core::Result<void> write_file(Session& session, core::Vault& vault, const std::string& path) {
    SPAREKEY_TRY(storage::NewFile file, storage::NewFile::create(path));
    SPAREKEY_CHECK(
        write_items(session, vault, [&file](core::ByteView piece) { file.write(piece); }));
    return file.keep();
}

core::Result<void> write_output(Session& session, core::Vault& vault) {
    return write_items(session, vault,
                       [&session](core::ByteView piece) { session.out().raw(piece); });
}

void report_file(Session& session, const std::string& path) {
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("export", path).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().note("everything is in " + path + ", unencrypted: delete it when done");
    }
}

/// Nothing: standard output, which "-" names too.
std::optional<std::string> output_file(const Arguments& arguments) {
    auto path = arguments.value("--output");
    if (path && *path == "-") return std::nullopt;
    return path;
}

core::Result<void> run_export(Session& session, const Arguments& arguments) {
    const std::string format = arguments.value("--format").value_or("json");
    if (format != "json") {
        return core::unexpected(core::ErrorCode::usage,
                                "there is no export format \"" + format + "\"", "json");
    }
    const auto path = output_file(arguments);
    if (path && ::access(path->c_str(), F_OK) == 0) {
        return core::unexpected(core::ErrorCode::conflict, *path + " exists already",
                                "name another file");
    }
    SPAREKEY_TRY(core::Vault* const vault, session.vault());
    SPAREKEY_TRY(LocalAccess* const access, session.local());
    SPAREKEY_CHECK(
        session.confirm("Everything in the vault will be written without encryption. Go on?"));
    // The index decides what is written: it has to be the records' own.
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    SPAREKEY_CHECK(folder->store().check_index());
    access->note(Use::export_all, std::nullopt, "");
    if (!path) return write_output(session, *vault);
    SPAREKEY_CHECK(write_file(session, *vault, *path));
    report_file(session, *path);
    return {};
}

}  // namespace

CommandSpec commands::export_items() {
    return {"export",
            "write everything, unencrypted: items, history, trash, attachments",
            {},
            {{"--format", "json", "the only one yet"},
             {"--output", "FILE", "a new file, 0600; else, or with -, standard output"}},
            run_export};
}

}  // namespace sparekey::cli
