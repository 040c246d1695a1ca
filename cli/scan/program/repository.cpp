#include "cli/scan/program/repository.h"

#include "core/text/unicode.h"

#include <cstdlib>

namespace sparekey::cli::scan {

GitLibrary::GitLibrary() {
    if (git_libgit2_init() < 0) throw core::SystemFailure("libgit2 cannot be used");
    // A damaged object is searched as far as it can be read: nothing is believed of it.
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
}

GitLibrary::~GitLibrary() {
    git_libgit2_shutdown();
}

core::Unexpected git_failure(const std::string& what) {
    const git_error* const error = git_error_last();
    const std::string why = error == nullptr ? "" : ": " + core::printable(error->message);
    return core::unexpected(core::ErrorCode::failed, what + why);
}

core::Result<Repository> open_repository(const std::string& path) {
    const char* const named = std::getenv("GIT_DIR");
    const bool by_name = path == "." && named != nullptr;
    git_repository* opened = nullptr;
    const int result =
        git_repository_open_ext(&opened, by_name ? named : path.c_str(),
                                by_name ? unsigned{GIT_REPOSITORY_OPEN_NO_SEARCH} : 0U, nullptr);
    if (result == 0) return Repository(opened);
    if (result == GIT_ENOTFOUND) {
        return core::unexpected(core::ErrorCode::not_found,
                                core::printable(path) + " is in no git repository");
    }
    return git_failure("cannot open the git repository of " + core::printable(path));
}

}  // namespace sparekey::cli::scan
