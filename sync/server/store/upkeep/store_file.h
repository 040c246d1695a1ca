// Files of SQLite stores as files: made privately, put in each other's place.
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <utility>

namespace sparekey::sync {

bool exists(const std::string& path);

/// An empty file, 0600, that does not stay unless keep() is reached.
class NewStoreFile {
  public:
    /// ErrorCode::conflict if anything is there already, a symlink too.
    static core::Result<NewStoreFile> create(const std::string& path);
    ~NewStoreFile();
    NewStoreFile(NewStoreFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    NewStoreFile& operator=(NewStoreFile&&) = delete;

    /// It and its name are on disk. Throws SystemFailure.
    void keep();

  private:
    explicit NewStoreFile(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

/// With its log and index, if they are there.
void remove_store_file(const std::string& path);

/// `fresh` is at `path` from now on, on disk too. What was there, if anything, stays with its log
/// at the path that comes back: PATH.before-restore, or PATH.before-restore-2 and so on, since an
/// older one is never replaced. Killed at any moment, it leaves the old store or the new one there.
/// Throws SystemFailure.
std::optional<std::string> put_in_place(const std::string& fresh, const std::string& path);

}  // namespace sparekey::sync
