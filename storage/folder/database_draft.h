// A copy of vault.db beside it, which an import fills and which then takes its place.
//
// What goes through SQLite's log is written there, often summed up anew, and written once more from
// there into the database. A copy that nobody else opens needs no log: until it takes the vault's
// place nothing of the vault has changed, and a copy that comes to nothing is thrown away.
#pragma once

#include "storage/folder/files.h"

#include <optional>
#include <string>
#include <utility>

namespace sparekey::storage {

class DatabaseDraft {
  public:
    /// A copy costs less than it saves: the database is small.
    static bool pays(const std::string& database);
    /// None if changes lie beside the database that are not in it yet, or something that cannot be
    /// removed lies at the draft's path. Throws SystemFailure. For whoever holds the vault's lock,
    /// with nobody having the database open.
    static std::optional<DatabaseDraft> of(const std::string& database);
    /// What a killed import left.
    static void remove_leftover(const std::string& database);

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
    /// Says nothing: whether it is there, take_place() finds.
    void write_back() const;
    /// It is the vault from now on, durably. Throws SystemFailure with the old one in place.
    void take_place();

  private:
    DatabaseDraft(std::string database, File file)
        : database_(std::move(database)), file_(std::move(file)) {}
    std::string database_;  // empty: there is no draft any more
    File file_;
};

}  // namespace sparekey::storage
