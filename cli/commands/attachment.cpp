#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "storage/folder/files.h"

#include <unistd.h>

namespace sparekey::cli {
namespace {

/// Into a new file, 0600, which does not stay if the attachment turns out to be damaged.
core::Result<void> write_file(core::Vault& vault, const core::RecordId& id, const std::string& name,
                              const std::string& path) {
    SPAREKEY_TRY(const storage::File file, storage::create_file(path));
    auto written = vault.read_attachment(
        id, name, [&](core::ByteView chunk) { storage::write_all(file, chunk); });
    if (!written) ::unlink(path.c_str());
    return written;
}

core::Result<void> run(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(core::Vault* const vault, session.vault());
    const std::string name = *arguments.positional(1);
    if (const auto path = arguments.value("--output")) return write_file(*vault, id, name, *path);
    return vault->read_attachment(id, name,
                                  [&](core::ByteView chunk) { session.out().raw(chunk); });
}

}  // namespace

CommandSpec commands::attachment() {
    return {"attachment",
            "write an attached file to standard output",
            {{"QUERY", "the item"}, {"NAME", "the attached file's name"}},
            {{"--output", "FILE", "into this new file instead"}},
            run};
}

}  // namespace sparekey::cli
