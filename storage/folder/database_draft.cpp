#include "storage/folder/database_draft.h"

#include "core/base/error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <vector>

namespace sparekey::storage {
namespace {

constexpr std::size_t kCopiedAtOnce = std::size_t{1} << 20;
constexpr const char* kSuffixes[] = {".draft", ".draft-wal", ".draft-journal"};

bool is_there(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

/// Neither is something in the draft's way, nor are there changes that a copy would miss.
bool can_be_copied(const std::string& database) {
    for (const char* suffix : kSuffixes) {
        if (is_there(database + suffix)) return false;
    }
    return !is_there(database + "-wal");
}

/// Throws SystemFailure.
void copy_all(const File& from, const File& to) {
    std::vector<std::uint8_t> block(kCopiedAtOnce);
    for (;;) {
        const ssize_t got = ::read(from.descriptor(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw_failure("cannot read vault.db");
        if (got == 0) return;
        write_all(to, core::ByteView(block).first(static_cast<std::size_t>(got)));
    }
}

}  // namespace

std::optional<DatabaseDraft> DatabaseDraft::of(const std::string& database,
                                               std::uint64_t most) try {
    const File from(::open(database.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!from.is_open() || ::fstat(from.descriptor(), &status) != 0) return std::nullopt;
    if (static_cast<std::uint64_t>(status.st_size) > most || !can_be_copied(database)) {
        return std::nullopt;
    }
    auto file = create_file(database + kSuffixes[0]);
    if (!file) return std::nullopt;
    DatabaseDraft draft(database, std::move(*file));
    copy_all(from, draft.file_);
    return draft;
} catch (const core::SystemFailure&) {
    return std::nullopt;
}

void DatabaseDraft::remove_leftover(const std::string& database) {
    for (const char* suffix : kSuffixes) ::unlink((database + suffix).c_str());
}

// Also after it took the place: of a file that was renamed SQLite leaves the log.
DatabaseDraft::~DatabaseDraft() {
    if (!database_.empty()) remove_leftover(database_);
}

std::string DatabaseDraft::path() const {
    return database_ + kSuffixes[0];
}

void DatabaseDraft::write_back() const {
    [[maybe_unused]] const int begun =
        ::sync_file_range(file_.descriptor(), 0, 0, SYNC_FILE_RANGE_WRITE);
}

bool DatabaseDraft::take_place() {
    if (::rename(path().c_str(), database_.c_str()) != 0) {
        throw_failure("cannot replace " + database_);
    }
    try {
        sync_folder(std::filesystem::path(database_).parent_path().string());
    } catch (const core::SystemFailure&) {
        return false;
    }
    return true;
}

}  // namespace sparekey::storage
