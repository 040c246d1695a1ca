// Files of a vault: private (0600 under any umask), never through a symlink, replaced atomically.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <string>
#include <utility>

namespace sparekey::storage {

/// An open file descriptor, closed at the end.
class File {
  public:
    explicit File(int descriptor = -1) : descriptor_(descriptor) {}
    ~File();
    File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    File& operator=(File&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    int descriptor() const { return descriptor_; }
    bool is_open() const { return descriptor_ >= 0; }
    /// Somebody else closes it from now on.
    int release() { return std::exchange(descriptor_, -1); }

  private:
    int descriptor_;
};

/// All of a regular file of at most `most` bytes. ErrorCode::not_found if there is none,
/// ErrorCode::integrity for a symlink, another kind of file or a larger one.
core::Result<core::Bytes> read_file(const std::string& path, std::size_t most);

/// A regular file of this user's with no other name; open modes are closed. ErrorCode::integrity.
core::Result<void> require_own_file(const File& file, const std::string& path);

/// Creates `path`, 0600; ErrorCode::conflict if anything is there already, a symlink too.
core::Result<File> create_file(const std::string& path);
/// Says why the last system call failed. Throws SystemFailure.
[[noreturn]] void throw_failure(const std::string& what);

/// Every byte, whatever short writes and interrupts. Throws SystemFailure (a full disk).
void write_all(const File& file, core::ByteView bytes);
/// To disk. Throws SystemFailure: after a failed fsync nothing about the file is known.
void sync_file(const File& file);
void sync_folder(const std::string& path);

/// `content`: after a power cut the old content or the new one. `name`: the new one.
enum class Durability { content, name };
/// Atomic: a temporary file, written to disk, then renamed; with Durability::name the folder is on
/// disk too before it returns. Throws SystemFailure with the old file in place.
void replace_file(const std::string& path, core::ByteView bytes, Durability durability);

enum class Missing { create, refuse };
/// `path`'s last two folders are ours: real folders, owned by this user, 0700. Open modes are
/// mended and told in `warnings`; a symlink or another owner is ErrorCode::integrity; missing ones
/// are made or ErrorCode::not_found. Returns the path with what lies above resolved.
core::Result<std::string> private_folder(const std::string& path, Missing missing,
                                         std::vector<std::string>& warnings);

}  // namespace sparekey::storage
