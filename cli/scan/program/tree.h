// Files and folders below a place, without following a symbolic link out of it or anywhere.
#pragma once

#include "cli/scan/messages.h"
#include "storage/folder/files.h"

#include <functional>

namespace sparekey::cli::scan {

/// What the user named, opened. A symbolic link that is named is followed, none below it.
struct Root {
    storage::File folder;
    std::string shown;  // before the path of what lies below: "", "src/"
    std::string file;   // below the folder, if a single file was named
};
/// ErrorCode::not_found if there is nothing; ErrorCode::failed if it cannot be opened.
core::Result<Root> open_root(const std::string& path);

/// Opens what lies at `relative` below the root for reading, as long as no link is on the way and
/// without waiting for anything. Not open if it cannot be.
storage::File open_below(const Root& root, const std::string& relative, int flags);

/// Tells the path of each file, below the root, from the folder `relative` on ("": all). Folders
/// called ".git" are left out, and what is neither file nor folder is counted.
void each_file(const Root& root, const std::string& relative, Skipped& skipped,
               const std::function<void(std::string path)>& visit);

/// Where secrets are typed and kept in a home folder: its dotfiles, what lies in its dot folders
/// but for caches and programs, and the histories of shells; as paths below it, folders with a '/'.
std::vector<std::string> home_places(const Root& home, Skipped& skipped);

}  // namespace sparekey::cli::scan
