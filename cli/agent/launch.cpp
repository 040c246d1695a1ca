#include "cli/agent/launch.h"

#include "cli/libexec.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace sparekey::cli::agent {
namespace {

constexpr int kReady = 3;           // the descriptor that the agent closes when it serves
constexpr int kPatience_ms = 5000;  // for it to do so

core::Unexpected cannot_start(const std::string& why) {
    return core::unexpected(core::ErrorCode::failed, "the agent cannot be started: " + why,
                            "sparekey --no-agent does without");
}

void execute(const std::string& program, const std::string& folder) {
    char* const arguments[] = {const_cast<char*>("sparekey-agent"), const_cast<char*>("--serve"),
                               const_cast<char*>(folder.c_str()), nullptr};
    ::execve(program.c_str(), arguments, ::environ);
}

/// The child of a child, so that nobody has to wait for it.
[[noreturn]] void detach(const std::string& program, const std::string& folder, int ready) {
    if (::setsid() < 0 || ::fork() != 0) ::_exit(0);
    const int null = ::open("/dev/null", O_RDWR);
    for (int stream = 0; stream <= 2; ++stream) ::dup2(null, stream);
    if (ready != kReady) ::dup2(ready, kReady);
    ::fcntl(kReady, F_SETFD, 0);
    ::close_range(kReady + 1, ~0U, 0);
    [[maybe_unused]] const int moved = ::chdir("/");
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
    execute(program, folder);
    ::_exit(127);
}

}  // namespace

core::Result<void> start_agent(const RuntimeFolder& folder) {
    SPAREKEY_CHECK(prepare(folder));
    const std::string program = helper_path("sparekey-agent");
    if (::access(program.c_str(), X_OK) != 0) {
        return cannot_start(program + " is missing; reinstall sparekey");
    }
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return cannot_start(std::strerror(errno));
    const storage::File reading(ends[0]);
    storage::File writing(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return cannot_start(std::strerror(errno));
    if (child == 0) detach(program, folder.path, writing.descriptor());
    writing = storage::File();
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    pollfd closed{reading.descriptor(), POLLIN, 0};
    int polled;
    do {
        polled = ::poll(&closed, 1, kPatience_ms);
    } while (polled < 0 && errno == EINTR);
    // Ended or serving: whether it can be connected to, connecting shows.
    return polled > 0 ? core::Result<void>() : cannot_start("it does not answer");
}

core::Result<void> become_agent(const RuntimeFolder& folder) {
    SPAREKEY_CHECK(prepare(folder));
    // What the agent closes as its sign of readiness must not be somebody's descriptor.
    ::close(kReady);
    execute(helper_path("sparekey-agent"), folder.path);
    return cannot_start(std::strerror(errno));
}

}  // namespace sparekey::cli::agent
