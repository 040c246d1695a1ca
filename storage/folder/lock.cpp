#include "storage/folder/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace sparekey::storage {
namespace {

std::string holder(const File& file) {
    char text[256];
    const ssize_t got = ::pread(file.descriptor(), text, sizeof text, 0);
    std::string name(text, got > 0 ? static_cast<std::size_t>(got) : 0);
    return name.empty() ? "another process" : name;
}

/// What its holder can be told, if it is one that does not end by itself.
std::string hint_for(const std::string& name) {
    return name.ends_with("(sparekey agent)") ? "sparekey lock makes it let go"
                                              : "wait until it is done";
}

void write_holder(const File& file, std::string_view command) {
    const std::string text =
        "process " + std::to_string(::getpid()) + " (" + std::string(command) + ")";
    // Only a courtesy to whoever waits: on a full disk the lock holds all the same.
    if (::ftruncate(file.descriptor(), 0) == 0) {
        [[maybe_unused]] const ssize_t written =
            ::pwrite(file.descriptor(), text.data(), text.size(), 0);
    }
}

File open_lock(const std::string& path) {
    constexpr int kFlags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    File file(::open(path.c_str(), O_RDWR | O_CREAT | kFlags, 0600));
    // On a read-only mount the lock holds all the same, only without a name in it.
    if (!file.is_open() && errno == EROFS) file = File(::open(path.c_str(), O_RDONLY | kFlags));
    return file;
}

core::Unexpected not_ours(const std::string& why) {
    return core::unexpected(core::ErrorCode::integrity, why,
                            "look who put it there before going on");
}

}  // namespace

core::Result<File> lock_folder(const std::string& folder, std::string_view command,
                               std::chrono::milliseconds patience) {
    const std::string path = folder + "/lock";
    File file = open_lock(path);
    if (!file.is_open()) {
        if (errno == ELOOP) return not_ours(path + " is a symbolic link");
        throw core::SystemFailure("cannot open " + path + ": " + std::strerror(errno));
    }
    SPAREKEY_CHECK(require_own_file(file, path));
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            throw core::SystemFailure("cannot lock " + path + ": " + std::strerror(errno));
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            const std::string name = holder(file);
            return core::unexpected(core::ErrorCode::failed, "the vault is in use by " + name,
                                    hint_for(name));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    write_holder(file, command);
    return file;
}

}  // namespace sparekey::storage
