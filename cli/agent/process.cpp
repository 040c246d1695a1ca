#include "cli/agent/process.h"

#include "core/base/error.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace sparekey::cli::agent {
namespace {

struct Program {
    std::string path;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::vector<int> places;  // of its channel, as it sees it, in order
};

/// The strings must outlive what is returned.
std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    for (const std::string& string : strings) {
        pointers.push_back(const_cast<char*>(string.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

[[noreturn]] void become(const Program& program, int channel) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::signal(SIGCHLD, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int place : program.places) {
        if (channel != place) ::dup2(channel, place);
        ::fcntl(place, F_SETFD, 0);
    }
    const int last = std::max(program.places.back(), STDERR_FILENO);
    ::close_range(static_cast<unsigned>(last) + 1, ~0U, 0);
    const std::vector<char*> arguments = pointers_to(program.arguments);
    const std::vector<char*> environment = pointers_to(program.environment);
    ::execve(program.path.c_str(), arguments.data(), environment.data());
    ::_exit(127);
}

Child start(const Program& program, int type) {
    int ends[2];
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) {
        throw core::SystemFailure("cannot make a socket pair");
    }
    storage::File ours(ends[0]);
    const storage::File theirs(ends[1]);
    const pid_t process = ::fork();
    if (process < 0) throw core::SystemFailure("cannot start a process of the agent");
    if (process == 0) become(program, theirs.descriptor());
    return {process, std::move(ours)};
}

/// Nothing; in a build with mutants the check that a test leaves out.
std::vector<std::string> own_environment() {
#ifdef SPAREKEY_MUTANTS
    if (const char* const name = std::getenv("SPAREKEY_MUTANT")) {
        return {std::string("SPAREKEY_MUTANT=") + name};
    }
#endif
    return {};
}

}  // namespace

Child start_process(const std::vector<std::string>& arguments, int type) {
    return start({"/proc/self/exe", arguments, own_environment(), {kChannel}}, type);
}

Child start_helper(const std::string& path, const std::string& name,
                   const std::vector<std::string>& environment) {
    return start({path, {name}, environment, {STDIN_FILENO, STDOUT_FILENO}}, SOCK_STREAM);
}

}  // namespace sparekey::cli::agent
