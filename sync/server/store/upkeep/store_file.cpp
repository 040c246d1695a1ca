#include "sync/server/store/upkeep/store_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace sparekey::sync {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path) {
    throw core::SystemFailure("cannot " + what + " " + path + ": " + std::strerror(errno));
}

/// A file or folder, to disk.
void sync_path(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (!synced) fail("sync", path);
}

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

void rename_if_there(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) fail("rename", from);
}

/// A second name for the store, one that nobody has; nothing if there is no store.
std::optional<std::string> kept_aside(const std::string& path) {
    for (unsigned number = 1;; ++number) {
        const std::string before =
            path + ".before-restore" + (number == 1 ? "" : "-" + std::to_string(number));
        // A log that was left alone would be taken for this one's.
        if (exists(before + "-wal")) continue;
        if (::link(path.c_str(), before.c_str()) == 0) return before;
        if (errno == ENOENT) return std::nullopt;
        if (errno != EEXIST) fail("keep", path);
    }
}

}  // namespace

bool exists(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0;
}

core::Result<NewStoreFile> NewStoreFile::create(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST) {
        return core::unexpected(core::ErrorCode::conflict, path + " exists already",
                                "name a file that does not");
    }
    if (file < 0) fail("create", path);
    NewStoreFile made(path);
    const bool is_private = ::fchmod(file, 0600) == 0;
    ::close(file);
    if (!is_private) fail("set the mode of", path);
    return made;
}

NewStoreFile::~NewStoreFile() {
    if (!path_.empty()) remove_store_file(path_);
}

void NewStoreFile::keep() {
    sync_path(path_);
    sync_path(folder_of(path_));
    path_.clear();
}

void remove_store_file(const std::string& path) {
    for (const char* const suffix : {"-journal", "-wal", "-shm", ""}) {
        ::unlink((path + suffix).c_str());
    }
}

std::optional<std::string> put_in_place(const std::string& fresh, const std::string& path) {
    const auto before = kept_aside(path);
    // The log first: beside the new file it would be taken for the new file's.
    if (before) rename_if_there(path + "-wal", *before + "-wal");
    ::unlink((path + "-wal").c_str());
    ::unlink((path + "-shm").c_str());
    if (::rename(fresh.c_str(), path.c_str()) != 0) fail("replace", path);
    sync_path(folder_of(path));
    return before;
}

}  // namespace sparekey::sync
