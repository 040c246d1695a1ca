#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "cli/commands/size_warnings.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sparekey::cli {
namespace {

std::string what_happened(const core::Item& before, const core::Item& after,
                          const std::string& name) {
    const std::string there = in_quotes(name) + " is attached to " + in_quotes(after.title);
    if (after.revision == before.revision) return there + " already: nothing was changed";
    for (const core::Attachment& attachment : before.attachments) {
        if (attachment.name == name) return there + "; the one before is in its history";
    }
    return there;
}

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
    SPAREKEY_TRY(const core::Item before, access->item(id, core::Values::concealed));
    const auto size = attachment_size_warning(static_cast<std::uint64_t>(status.st_size));
    if (size) session.out().warn(*size);
    SPAREKEY_TRY(const core::Item item, access->attach(id, name, file.descriptor()));
    report_item(session, item, what_happened(before, item, name));
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
