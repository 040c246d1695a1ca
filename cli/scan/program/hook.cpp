#include "cli/scan/program/hook.h"

#include "cli/scan/program/repository.h"
#include "core/base/mutant.h"
#include "core/text/unicode.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace sparekey::cli::scan {
namespace {

using storage::File;

constexpr std::string_view kMark =
    "# Made by sparekey scan --install-hook; it is made anew by that.";
constexpr std::size_t kLongestHook = 64 * 1024;

std::string text_from(const git_buf& buffer) {
    return std::string(buffer.ptr, buffer.size);
}

/// core.hooksPath, relative to where hooks run, or the repository's own folder.
core::Result<std::string> hooks_folder(git_repository& repository) {
    const auto config = make_git<Config>(
        [&](git_config** out) { return git_repository_config_snapshot(out, &repository); });
    git_buf configured = GIT_BUF_INIT;
    if (config && git_config_get_path(&configured, config.get(), "core.hookspath") == 0) {
        std::string folder = text_from(configured);
        git_buf_dispose(&configured);
        const char* const tree = git_repository_workdir(&repository);
        if (folder.starts_with('/')) return folder;
        return (tree != nullptr ? tree : git_repository_path(&repository)) + folder;
    }
    git_buf own = GIT_BUF_INIT;
    if (git_repository_item_path(&own, &repository, GIT_REPOSITORY_ITEM_HOOKS) != 0) {
        return git_failure("cannot find the hooks of the repository");
    }
    std::string folder = text_from(own);
    git_buf_dispose(&own);
    return folder;
}

std::string hook_text(const std::string& command) {
    return "#!/bin/sh\n" + std::string(kMark) + "\n" + command + "\n";
}

/// There is nothing, or a hook of ours.
core::Result<void> may_write(const std::string& file, const std::string& command) {
    const auto present = storage::read_file(file, kLongestHook);
    if (!present && present.error().code == core::ErrorCode::not_found) return {};
    const bool ours = present && core::text_of(*present).find(kMark) != std::string_view::npos;
    if (ours || SPAREKEY_LEFT_OUT("scan-foreign-hook")) return {};
    return core::unexpected(core::ErrorCode::conflict,
                            core::printable(file) + " is there already and not ours",
                            "add this line to it: " + command);
}

core::Unexpected cannot_write(const std::string& file) {
    return core::unexpected(core::ErrorCode::failed,
                            "cannot write " + core::printable(file) + ": " + std::strerror(errno));
}

core::Result<void> write_hook(const std::string& file, const std::string& text) {
    const std::string fresh = file + ".sparekey-new";
    ::unlink(fresh.c_str());
    const File made(
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0700));
    if (!made.is_open()) return cannot_write(file);
    storage::write_all(made, core::bytes_of(text));
    if (::fchmod(made.descriptor(), 0755) != 0 || ::rename(fresh.c_str(), file.c_str()) != 0) {
        const auto failure = cannot_write(file);
        ::unlink(fresh.c_str());
        return failure;
    }
    return {};
}

}  // namespace

core::Result<std::string> install_hook(const std::string& path, const std::string& command) {
    SPAREKEY_TRY(const Repository repository, open_repository(path));
    SPAREKEY_TRY(std::string folder, hooks_folder(*repository));
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return cannot_write(folder);
    std::string file = folder + "/pre-commit";
    SPAREKEY_CHECK(may_write(file, command));
    SPAREKEY_CHECK(write_hook(file, hook_text(command)));
    return file;
}

}  // namespace sparekey::cli::scan
