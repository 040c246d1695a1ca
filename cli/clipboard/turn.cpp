#include "cli/clipboard/turn.h"

#include "cli/agent/runtime_folder.h"
#include "core/base/mutant.h"
#include "core/crypto/hash.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sparekey::cli::clipboard {
namespace {

using storage::File;

/// The folder if it is ours alone, made if it is missing; else not open.
File open_folder(const std::string& path) {
    ::mkdir(path.c_str(), 0700);
    File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    const bool ours = folder.is_open() && ::fstat(folder.descriptor(), &status) == 0 &&
                      status.st_uid == ::geteuid() && (status.st_mode & 077) == 0;
    return ours || SPAREKEY_LEFT_OUT("clipboard-folder") ? std::move(folder) : File();
}

File open_file(const File& folder, const std::string& name) {
    File file(::openat(folder.descriptor(), name.c_str(),
                       O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
    struct stat status {};
    const bool ours = file.is_open() && ::fstat(file.descriptor(), &status) == 0 &&
                      S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
                      status.st_nlink == 1;
    return ours ? std::move(file) : File();
}

}  // namespace

Turn Turn::take(const std::string& clipboard, core::Random& random) {
    Turn turn;
    const std::string path = agent::runtime_folder().path;
    const File folder = open_folder(path);
    if (!folder.is_open()) return turn;
    const std::string file =
        "clipboard-" + core::to_hex(core::sha256(core::bytes_of(clipboard))).substr(0, 16);
    turn.file_ = open_file(folder, file);
    if (!turn.file_.is_open()) return turn;
    core::Bytes name(16);
    random.fill(name);
    turn.name_ = core::to_hex(name);
    ::flock(turn.file_.descriptor(), LOCK_EX);
    const bool written = ::pwrite(turn.file_.descriptor(), turn.name_.data(), turn.name_.size(),
                                  0) == static_cast<ssize_t>(turn.name_.size());
    // From here on: an event of one's own would only make it look.
    turn.changes_ = File(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    ::inotify_add_watch(turn.changes_.descriptor(), (path + "/" + file).c_str(), IN_MODIFY);
    ::flock(turn.file_.descriptor(), LOCK_UN);
    return written ? std::move(turn) : Turn();
}

bool Turn::is_ours() const {
    if (!file_.is_open() || SPAREKEY_LEFT_OUT("clipboard-turn")) return true;
    // Told or not, the file counts. What it tells is read away, so that the next change is seen.
    char events[4096];
    while (::read(changes_.descriptor(), events, sizeof events) > 0) {
    }
    char name[64];
    const ssize_t got = ::pread(file_.descriptor(), name, sizeof name, 0);
    return got > 0 && name_ == std::string_view(name, static_cast<std::size_t>(got));
}

}  // namespace sparekey::cli::clipboard
