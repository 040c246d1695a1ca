#include "cli/agent/server/process.h"

#include "core/base/error.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace sparekey::cli::agent {
namespace {

[[noreturn]] void become(const std::vector<std::string>& arguments, int channel) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (channel != kChannel) ::dup2(channel, kChannel);
    ::fcntl(kChannel, F_SETFD, 0);
    ::close_range(kChannel + 1, ~0U, 0);
    std::vector<char*> argv;
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    char* environment[] = {nullptr};
    ::execve("/proc/self/exe", argv.data(), environment);
    ::_exit(127);
}

}  // namespace

Child start_process(const std::vector<std::string>& arguments, int type) {
    int ends[2];
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) {
        throw core::SystemFailure("cannot make a socket pair");
    }
    storage::File ours(ends[0]);
    const storage::File theirs(ends[1]);
    const pid_t process = ::fork();
    if (process < 0) throw core::SystemFailure("cannot start a process of the agent");
    if (process == 0) become(arguments, theirs.descriptor());
    return {process, std::move(ours)};
}

}  // namespace sparekey::cli::agent
