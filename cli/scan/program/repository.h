// Git's objects, by libgit2, which runs no program and no hook of a repository. Objects are read as
// they are stored: no filter, no conversion, no network.
#pragma once

#include "core/base/result.h"

#include <git2.h>

#include <memory>
#include <string>

namespace sparekey::cli::scan {

template <class T, void (*free_one)(T*)>
struct FreeGit {
    void operator()(T* object) const { free_one(object); }
};
template <class T, void (*free_one)(T*)>
using GitOwner = std::unique_ptr<T, FreeGit<T, free_one>>;

using Repository = GitOwner<git_repository, git_repository_free>;
using ObjectDatabase = GitOwner<git_odb, git_odb_free>;
using RawObject = GitOwner<git_odb_object, git_odb_object_free>;
using Tree = GitOwner<git_tree, git_tree_free>;
using Commit = GitOwner<git_commit, git_commit_free>;
using Object = GitOwner<git_object, git_object_free>;
using Reference = GitOwner<git_reference, git_reference_free>;
using Index = GitOwner<git_index, git_index_free>;
using Diff = GitOwner<git_diff, git_diff_free>;
using Reflog = GitOwner<git_reflog, git_reflog_free>;
using Config = GitOwner<git_config, git_config_free>;

/// For as long as libgit2 is used.
class GitLibrary {
  public:
    GitLibrary();
    ~GitLibrary();
    GitLibrary(const GitLibrary&) = delete;
    GitLibrary& operator=(const GitLibrary&) = delete;
};

/// The repository that `path` lies in; for "." the one that $GIT_DIR names, as in a hook.
/// ErrorCode::not_found if there is none; ErrorCode::failed, with the reason, if it is another
/// user's (git's safe.directory) or cannot be read.
core::Result<Repository> open_repository(const std::string& path);

/// What libgit2 says of its last failure.
core::Unexpected git_failure(const std::string& what);

/// `Make` is called with where to put the new object; nothing if it says that it failed.
template <class Owner, class Make>
Owner make_git(Make make) {
    typename Owner::pointer made = nullptr;
    return make(&made) == 0 ? Owner(made) : Owner();
}

}  // namespace sparekey::cli::scan
