// A new file that is there whole or not at all: no half export, no half backup, no half key file.
//
// Until keep() it has no name (O_TMPFILE), so that nothing is left of it whatever ends the process.
// Where there are no nameless files (FAT, NFS) it is written as NAME.part, which only a process
// that was killed leaves behind.
#pragma once

#include "storage/folder/files.h"

#include <string>

namespace sparekey::storage {

class NewFile {
  public:
    enum class Draft { nameless, named };

    /// Private (0600). ErrorCode::conflict if anything is at `path` already, a symlink too. Throws
    /// SystemFailure. `draft` is what is tried first.
    static core::Result<NewFile> create(const std::string& path, Draft draft = Draft::nameless);
    ~NewFile();
    NewFile(NewFile&& other) noexcept = default;
    NewFile& operator=(NewFile&&) = delete;

    void write(core::ByteView bytes);
    /// On disk, its name too. ErrorCode::conflict if something has come to `path` meanwhile.
    core::Result<void> keep();
    /// After keep(), if what it belongs to came to nothing.
    void take_back();

  private:
    NewFile(File file, std::string path, std::string draft)
        : file_(std::move(file)), path_(std::move(path)), draft_(std::move(draft)) {}
    File file_;
    std::string path_;
    std::string draft_;  // its name until then; empty: none
};

}  // namespace sparekey::storage
