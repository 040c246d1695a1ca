#include "cli/scan/scan_process.h"

#include "cli/libexec.h"
#include "cli/scan/message_codec.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace sparekey::cli::scan {
namespace {

constexpr const char* kProgram = "sparekey-scan";

/// What libgit2 needs of ours, and nothing that could make the process load other code.
constexpr const char* kVariables[] = {
    "HOME",
    "XDG_CONFIG_HOME",
    "GIT_DIR",
    "GIT_INDEX_FILE",
#ifdef SPAREKEY_MUTANTS
    "SPAREKEY_MUTANT",
#endif
#ifdef SPAREKEY_SANITIZED
    "ASAN_OPTIONS",
    "UBSAN_OPTIONS",
#endif
};

std::vector<std::string> its_environment() {
    std::vector<std::string> variables;
    for (const char* const name : kVariables) {
        const char* const value = std::getenv(name);
        if (value != nullptr) variables.push_back(std::string(name) + "=" + value);
    }
    return variables;
}

core::Unexpected is_gone() {
    return core::unexpected(core::ErrorCode::failed, "the helper sparekey-scan failed",
                            "reinstall sparekey: its helpers lie in libexec/sparekey");
}

}  // namespace

core::Result<ScanProcess> ScanProcess::start(const ScanOrder& order) {
    const std::string path = helper_path(kProgram);
    if (path.empty() || ::access(path.c_str(), X_OK) != 0) {
        return core::unexpected(core::ErrorCode::failed, "the helper sparekey-scan is missing",
                                "reinstall sparekey: its helpers lie in libexec/sparekey");
    }
    agent::Child child = agent::start_helper(path, kProgram, its_environment());
    ScanProcess started(child.process, agent::Socket(std::move(child.channel)));
    if (!started.channel_.send(encode(order).expose())) return is_gone();
    return started;
}

ScanProcess::ScanProcess(ScanProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)), channel_(std::move(other.channel_)) {}

ScanProcess::~ScanProcess() {
    if (process_ < 0) return;
    // It may be at work still, if nobody wants to know any more.
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

core::Result<void> ScanProcess::send(const ScanSecrets& secrets) {
    if (!channel_.send(encode(secrets).expose())) return is_gone();
    return {};
}

core::Result<ScanReport> ScanProcess::report() {
    SPAREKEY_CHECK(send({}));
    return answer();
}

core::Result<ScanReport> ScanProcess::answer() {
    const auto bytes = channel_.receive(kLongestMessage);
    if (!bytes) return is_gone();
    return decode_answer(bytes->expose());
}

}  // namespace sparekey::cli::scan
