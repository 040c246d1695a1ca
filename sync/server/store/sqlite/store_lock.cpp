#include "sync/server/store/sqlite/store_lock.h"

#include "core/base/mutant.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sparekey::sync {
namespace {

// Bytes of the lock file: everybody who uses the store holds the first, a server the second too.
constexpr off_t kUsers = 0;
constexpr off_t kServer = 1;

/// Of this open file, not of the process: two stores in one program exclude each other too.
bool lock_byte(int file, off_t byte, short how) {
    struct flock range {};
    range.l_type = how;
    range.l_whence = SEEK_SET;
    range.l_start = byte;
    range.l_len = 1;
    return ::fcntl(file, F_OFD_SETLK, &range) == 0;
}

bool lock_for(int file, Use use) {
    switch (use) {
        case Use::alone:
            return lock_byte(file, kUsers, F_WRLCK);
        case Use::server:
            return lock_byte(file, kUsers, F_RDLCK) && lock_byte(file, kServer, F_WRLCK);
        case Use::visitor:
            return lock_byte(file, kUsers, F_RDLCK);
    }
    return false;
}

}  // namespace

core::Result<StoreLock> StoreLock::take(const std::string& path, Use use) {
    const std::string name = path + "-lock";
    const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        throw core::SystemFailure("cannot open " + name + ": " + std::strerror(errno));
    }
    StoreLock lock(file);
    if (lock_for(file, use) || SPAREKEY_LEFT_OUT("store-lock")) return lock;
    if (errno != EAGAIN && errno != EACCES) {
        throw core::SystemFailure("cannot lock " + name + ": " + std::strerror(errno));
    }
    return core::unexpected(
        core::ErrorCode::conflict, "the store " + path + " is in use",
        use == Use::server ? "is another server running on it?" : "stop the server first");
}

StoreLock::~StoreLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace sparekey::sync
