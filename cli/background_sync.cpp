#include "cli/background_sync.h"

#include "cli/agent/claim.h"
#include "cli/agent/detached.h"
#include "cli/libexec.h"
#include "core/text/unicode.h"

#include <unistd.h>

namespace sparekey::cli {
namespace {

constexpr const char* kProgram = "sparekey-online";
constexpr std::size_t kLongestTrouble = 4096;
/// For one whose agent has just locked to be gone.
constexpr std::chrono::milliseconds kPatience{3000};

std::string file_of(const storage::FolderPaths& paths) {
    return paths.state + "/background-sync";
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
    SPAREKEY_TRY(auto file, agent::claim(file_of(paths), kPatience));
    std::optional<BackgroundTurn> turn;
    if (file) turn = BackgroundTurn(*std::move(file));
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
