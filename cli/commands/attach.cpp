#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sparekey::cli {
namespace {

core::Result<void> run_attach(Session& session, const Arguments& arguments) {
    const std::string path = *arguments.positional(1);
    const storage::File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) {
        return core::unexpected(
            errno == ENOENT ? core::ErrorCode::not_found : core::ErrorCode::failed,
            "cannot read " + path + ": " + std::strerror(errno));
    }
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return core::unexpected(core::ErrorCode::usage, path + " is not a file");
    }
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    const std::string name = path.substr(path.rfind('/') + 1);
    SPAREKEY_TRY(const core::Item item, access->attach(id, name, file.descriptor()));
    report_item(session, item, in_quotes(name) + " is attached to " + in_quotes(item.title));
    return {};
}

}  // namespace

CommandSpec commands::attach() {
    return {"attach",
            "attach a file, encrypted, to an item",
            {{"QUERY", "the item"}, {"FILE", "the file; its name is kept"}},
            {},
            run_attach};
}

}  // namespace sparekey::cli
