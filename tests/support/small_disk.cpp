#include "tests/support/small_disk.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace sparekey::tests {
namespace {

bool write_map(const char* path, const std::string& text) {
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    const bool written =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    return written;
}

/// A mount namespace of this process; who is not root gets it inside a user namespace.
std::string enter_namespace() {
    const auto failed = [](const char* what) {
        return std::string("no mount namespace here: ") + what + ": " + std::strerror(errno);
    };
    if (::geteuid() == 0) {
        if (::unshare(CLONE_NEWNS) != 0) return failed("unshare");
    } else {
        const std::string user = std::to_string(::geteuid()), group = std::to_string(::getegid());
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return failed("unshare");
        write_map("/proc/self/setgroups", "deny");
        if (!write_map("/proc/self/uid_map", user + " " + user + " 1")) return failed("uid_map");
        if (!write_map("/proc/self/gid_map", group + " " + group + " 1")) return failed("gid_map");
    }
    // Before anything is mounted: no mount of ours reaches the machine.
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed("private");
    return {};
}

}  // namespace

SmallDisk::SmallDisk(const Home& home, std::size_t bytes) : path_(home.path()) {
    static const std::string no_namespace = enter_namespace();
    reason_ = no_namespace;
    if (!reason_.empty()) return;
    const std::string options = "mode=0700,size=" + std::to_string(bytes);
    if (::mount("tmpfs", path_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options.c_str()) != 0) {
        reason_ = std::string("no tmpfs can be mounted here: ") + std::strerror(errno);
        return;
    }
    write_text(home.file("password"), "correct horse battery staple\n");
}

SmallDisk::~SmallDisk() {
    if (reason_.empty()) ::umount2(path_.c_str(), MNT_DETACH);
}

void SmallDisk::leave(std::size_t bytes) {
    const std::string path = path_ + "/filler";
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const std::string block(4096, 'f');
    off_t size = 0;
    for (;;) {
        const ssize_t written = ::write(file, block.data(), block.size());
        if (written <= 0) break;
        size += written;
    }
    const bool left = size >= static_cast<off_t>(bytes) && errno == ENOSPC &&
                      ::ftruncate(file, size - static_cast<off_t>(bytes)) == 0;
    ::close(file);
    if (!left) throw std::runtime_error("the small disk cannot be filled");
}

void SmallDisk::make_room() {
    ::unlink((path_ + "/filler").c_str());
}

void SmallDisk::make_read_only() {
    const unsigned long flags = MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV;
    if (::mount("none", path_.c_str(), nullptr, flags, nullptr) != 0) {
        throw std::runtime_error("the small disk cannot be made read-only");
    }
}

}  // namespace sparekey::tests
