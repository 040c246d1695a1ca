#include "cli/background_sync.h"

#include "cli/agent/detached.h"
#include "cli/libexec.h"
#include "core/text/unicode.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace sparekey::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kProgram = "sparekey-online";
constexpr std::size_t kLongestTrouble = 4096;
/// For one whose agent has just locked to be gone.
constexpr milliseconds kPatience{3000};
constexpr milliseconds kStep{20};

std::string file_of(const storage::FolderPaths& paths) {
    return paths.state + "/background-sync";
}

bool lock(const storage::File& file) {
    const auto deadline = steady_clock::now() + kPatience;
    while (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
        if (steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(kStep);
    }
    return true;
}

}  // namespace

void start_background_sync(const std::string& vault_name) {
    agent::start_detached(helper_path(kProgram),
                          {kProgram, "background-sync", "--vault", vault_name});
}

std::string background_trouble(const storage::FolderPaths& paths) {
    const auto bytes = storage::read_file(file_of(paths), kLongestTrouble);
    return bytes ? core::printable(core::text_of(*bytes)) : std::string();
}

core::Result<std::optional<BackgroundTurn>> BackgroundTurn::take(
    const storage::FolderPaths& paths) {
    const std::string path = file_of(paths);
    storage::File file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
    if (!file.is_open()) storage::throw_failure("cannot open " + path);
    SPAREKEY_CHECK(storage::require_own_file(file, path));
    std::optional<BackgroundTurn> turn;
    if (lock(file)) turn = BackgroundTurn(std::move(file));
    return turn;
}

void BackgroundTurn::tell(const std::string& trouble) const {
    if (::ftruncate(file_.descriptor(), 0) != 0) return;
    const std::string_view told = std::string_view(trouble).substr(0, kLongestTrouble);
    // A full disk costs the words, not the syncing.
    [[maybe_unused]] const ssize_t written =
        ::pwrite(file_.descriptor(), told.data(), told.size(), 0);
}

}  // namespace sparekey::cli
