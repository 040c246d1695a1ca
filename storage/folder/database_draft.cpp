#include "storage/folder/database_draft.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace sparekey::storage {
namespace {

constexpr off_t kLargestCopied = off_t{16} << 20;

std::string draft_path(const std::string& database) {
    return database + ".draft";
}

bool is_there(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

}  // namespace

bool DatabaseDraft::pays(const std::string& database) {
    struct stat status {};
    return ::lstat(database.c_str(), &status) == 0 && status.st_size <= kLargestCopied;
}

std::optional<DatabaseDraft> DatabaseDraft::of(const std::string& database) {
    const std::string path = draft_path(database);
    if (is_there(database + "-wal") || is_there(path)) return std::nullopt;
    const auto bytes = read_file(database, kLargestCopied);
    if (!bytes) throw core::SystemFailure(bytes.error().message);
    auto file = create_file(path);
    if (!file) throw core::SystemFailure(file.error().message);
    DatabaseDraft draft(database, std::move(*file));
    write_all(draft.file_, *bytes);
    return draft;
}

void DatabaseDraft::remove_leftover(const std::string& database) {
    for (const char* suffix : {"", "-wal", "-journal"}) {
        ::unlink((draft_path(database) + suffix).c_str());
    }
}

DatabaseDraft::~DatabaseDraft() {
    if (!database_.empty()) remove_leftover(database_);
}

std::string DatabaseDraft::path() const {
    return draft_path(database_);
}

void DatabaseDraft::write_back() const {
    [[maybe_unused]] const int begun =
        ::sync_file_range(file_.descriptor(), 0, 0, SYNC_FILE_RANGE_WRITE);
}

void DatabaseDraft::take_place() {
    if (::rename(path().c_str(), database_.c_str()) != 0) {
        throw_failure("cannot replace " + database_);
    }
    sync_folder(std::filesystem::path(database_).parent_path().string());
}

}  // namespace sparekey::storage
