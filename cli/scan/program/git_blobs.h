// The blobs of a git repository that are to be searched.
#pragma once

#include "cli/scan/program/leak_list.h"
#include "cli/scan/program/repository.h"
#include "cli/scan/program/text_finder.h"

#include <functional>

namespace sparekey::cli::scan {

/// Or a commit, whose message is searched.
struct Blob {
    git_oid id{};
    Source source;
};
using VisitBlob = std::function<void(Blob blob)>;

/// Every blob and commit that a reference reaches (branches, tags, notes, what is fetched,
/// stashes), once, with the first commit that has it and its path there. Objects that are missing
/// or broken are counted, and what hangs on them is left out; nothing is beyond the border of a
/// shallow clone.
void each_blob_of_history(git_repository& repository, Skipped& skipped, const VisitBlob& visit);

/// What is staged and differs from HEAD. For the repository of "." the index is the one that
/// $GIT_INDEX_FILE names: `git commit -a` makes one of its own.
core::Result<void> each_staged_blob(git_repository& repository, const std::string& path,
                                    Skipped& skipped, const VisitBlob& visit);

/// Reads the blob and looks through it.
void search_blob(git_odb& objects, const Blob& blob, TextFinder& finder);

}  // namespace sparekey::cli::scan
