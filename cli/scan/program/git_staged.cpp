#include "cli/scan/program/git_blobs.h"

#include <cstdlib>

namespace sparekey::cli::scan {
namespace {

core::Result<Index> open_index(git_repository& repository, const std::string& path) {
    const char* const named = std::getenv("GIT_INDEX_FILE");
    auto index = make_git<Index>([&](git_index** out) {
        return path == "." && named != nullptr ? git_index_open(out, named)
                                               : git_repository_index(out, &repository);
    });
    if (!index) return git_failure("cannot read what is staged");
    return index;
}

/// Nothing before the first commit.
core::Result<Tree> tree_of_head(git_repository& repository) {
    git_object* object = nullptr;
    const int result = git_revparse_single(&object, &repository, "HEAD^{tree}");
    if (result == 0) return Tree(reinterpret_cast<git_tree*>(object));
    if (git_repository_head_unborn(&repository) == 1) return Tree();
    return git_failure("cannot read the last commit");
}

}  // namespace

core::Result<void> each_staged_blob(git_repository& repository, const std::string& path,
                                    Skipped& skipped, const VisitBlob& visit) {
    SPAREKEY_TRY(const Index index, open_index(repository, path));
    SPAREKEY_TRY(const Tree tree, tree_of_head(repository));
    git_diff_options options{};
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags =
        GIT_DIFF_IGNORE_SUBMODULES | GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_SKIP_BINARY_CHECK;
    const auto diff = make_git<Diff>([&](git_diff** out) {
        return git_diff_tree_to_index(out, &repository, tree.get(), index.get(), &options);
    });
    if (!diff) return git_failure("cannot compare what is staged with the last commit");
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
        const git_diff_file& file = git_diff_get_delta(diff.get(), i)->new_file;
        const bool is_blob =
            file.mode == GIT_FILEMODE_BLOB || file.mode == GIT_FILEMODE_BLOB_EXECUTABLE;
        if (is_blob) visit({file.id, {file.path}});
        if (file.mode == GIT_FILEMODE_LINK) ++skipped.links;
    }
    return {};
}

}  // namespace sparekey::cli::scan
