// A copy of vault.db beside it, which an import fills and which then takes its place.
//
// What goes through SQLite's log is written there, often summed up anew, and written once more from
// there into the database. A copy that nobody else opens needs no log: until it takes the vault's
// place nothing of the vault has changed, and a copy that comes to nothing is thrown away.
#pragma once

#include "storage/folder/files.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace sparekey::storage {

/// Made by whoever holds the vault's lock, while nobody has the database open.
class DatabaseDraft {
  public:
    /// None if the database is larger than `most` bytes, if changes lie beside it that are not in
    /// it yet, or if the copy cannot be made (no room, a read-only folder, something in its place).
    static std::optional<DatabaseDraft> of(const std::string& database, std::uint64_t most);
    /// What a killed import left.
    static void remove_leftover(const std::string& database);

    /// Nothing lies at the draft's path, or beside it, any more.
    ~DatabaseDraft();
    DatabaseDraft(DatabaseDraft&& other) noexcept
        : database_(std::exchange(other.database_, {})), file_(std::move(other.file_)) {}
    DatabaseDraft& operator=(DatabaseDraft&& other) noexcept {
        std::swap(database_, other.database_);
        std::swap(file_, other.file_);
        return *this;
    }

    std::string path() const;
    /// What is in the file goes to the disk from now on, so that its last word waits for less.
    /// Says nothing: whether it is there, the commit finds.
    void write_back() const;
    /// It is the vault from now on. Throws SystemFailure with the old one in place. False: it may
    /// not survive a power cut, since the folder could not be written to the disk.
    bool take_place();

  private:
    DatabaseDraft(std::string database, File file)
        : database_(std::move(database)), file_(std::move(file)) {}
    std::string database_;  // empty: moved from
    File file_;
};

}  // namespace sparekey::storage
