#include "cli/agent/detached.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace sparekey::cli::agent {
namespace {

/// The child of a child, so that nobody has to wait for it.
[[noreturn]] void detach(const char* program, char* const* arguments, int kept) {
    if (::setsid() < 0 || ::fork() != 0) ::_exit(0);
    const int null = ::open("/dev/null", O_RDWR);
    if (null < 0) ::_exit(127);
    for (int stream = 0; stream <= 2; ++stream) ::dup2(null, stream);
    if (kept >= 0) {
        if (kept != kKept) ::dup2(kept, kKept);
        ::fcntl(kKept, F_SETFD, 0);
    }
    ::close_range(kept >= 0 ? kKept + 1 : kKept, ~0U, 0);
    [[maybe_unused]] const int moved = ::chdir("/");
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
    ::execve(program, arguments, ::environ);
    ::_exit(127);
}

}  // namespace

bool start_detached(const std::string& program, const std::vector<std::string>& arguments,
                    int kept) {
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) {
        pointers.push_back(const_cast<char*>(argument.c_str()));
    }
    pointers.push_back(nullptr);
    const pid_t child = ::fork();
    if (child < 0) return false;
    if (child == 0) detach(program.c_str(), pointers.data(), kept);
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return true;
}

}  // namespace sparekey::cli::agent
