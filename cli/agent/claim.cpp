#include "cli/agent/claim.h"

#include <fcntl.h>
#include <sys/file.h>

#include <thread>

namespace sparekey::cli::agent {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kStep{20};

}  // namespace

core::Result<std::optional<storage::File>> claim(const std::string& path,
                                                 std::chrono::milliseconds patience) {
    std::optional<storage::File> file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
    if (!file->is_open()) {
        return core::unexpected(core::ErrorCode::integrity,
                                path + " cannot be opened, or is a link");
    }
    SPAREKEY_CHECK(storage::require_own_file(*file, path));
    const auto deadline = steady_clock::now() + patience;
    while (::flock(file->descriptor(), LOCK_EX | LOCK_NB) != 0) {
        if (steady_clock::now() >= deadline) return std::optional<storage::File>();
        std::this_thread::sleep_for(kStep);
    }
    return file;
}

}  // namespace sparekey::cli::agent
