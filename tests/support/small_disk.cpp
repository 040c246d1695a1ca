#include "tests/support/small_disk.h"

#include "tests/support/mount_namespace.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace sparekey::tests {

SmallDisk::SmallDisk(const Home& home, std::size_t bytes) : path_(home.path()) {
    reason_ = enter_mount_namespace();
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
