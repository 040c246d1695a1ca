#include "cli/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace sparekey::cli {
namespace {

constexpr std::array kIgnored = {SIGPIPE, SIGXFSZ};
constexpr int kStreams = 3;

struct Given {
    rlimit core_limit{};
    mode_t umask = 022;
    std::array<struct sigaction, kIgnored.size()> actions{};
    std::array<bool, kStreams> was_closed{};
};

// The only global of the programs: there is one process to give back, and no one to pass it to.
Given given;

}  // namespace

void harden_process() {
    // A closed one would be the next file that is opened: the vault's, say. Reading ends at once,
    // and what is written to the second and third fails, since /dev/null is open for reading only.
    for (int stream = 0; stream < kStreams; ++stream) {
        if (::fcntl(stream, F_GETFD) >= 0) continue;
        given.was_closed[static_cast<std::size_t>(stream)] = true;
        [[maybe_unused]] const int opened = ::open("/dev/null", O_RDONLY);
    }
    // The hard limit stays: lowered, it could not be given back. A process that is not dumpable
    // leaves no core whatever the limit.
    ::getrlimit(RLIMIT_CORE, &given.core_limit);
    const rlimit none{0, given.core_limit.rlim_max};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    given.umask = ::umask(077);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    for (std::size_t i = 0; i < kIgnored.size(); ++i) {
        ::sigaction(kIgnored[i], &ignore, &given.actions[i]);
    }
}

void give_back_process() {
    ::setrlimit(RLIMIT_CORE, &given.core_limit);
    ::umask(given.umask);
    for (std::size_t i = 0; i < kIgnored.size(); ++i) {
        ::sigaction(kIgnored[i], &given.actions[i], nullptr);
    }
    for (int stream = 0; stream < kStreams; ++stream) {
        if (given.was_closed[static_cast<std::size_t>(stream)]) ::close(stream);
    }
}

}  // namespace sparekey::cli
