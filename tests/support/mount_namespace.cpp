#include "tests/support/mount_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sparekey::tests {
namespace {

bool write_map(const char* path, const std::string& text) {
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    const bool written =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    return written;
}

/// Who is not root gets it inside a user namespace.
std::string enter() {
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

const std::string& enter_mount_namespace() {
    static const std::string reason = enter();
    return reason;
}

}  // namespace sparekey::tests
