#include "tests/support/local_sshd.h"

#include "tests/support/loopback_server.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <stdexcept>

namespace sparekey::tests {
namespace {

constexpr const char* kProgram = "/usr/sbin/sshd";

}  // namespace

Outcome run_shell(const std::string& command) {
    std::FILE* const output = ::popen(
        ("env -i PATH=/usr/bin:/bin HOME=/nonexistent " + std::string("sh -c \"$(cat <<'END'\n") +
         command + "\nEND\n)\" 2>/dev/null </dev/null")
            .c_str(),
        "r");
    if (output == nullptr) throw std::runtime_error("no shell");
    Outcome outcome;
    char block[4096];
    while (const std::size_t got = std::fread(block, 1, sizeof block, output)) {
        outcome.out.append(block, got);
    }
    const int status = ::pclose(output);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return outcome;
}

LocalSshd::LocalSshd(const Home& home, const std::string& authorized) : home_(home) {
    if (::access(kProgram, X_OK) != 0) {
        reason_ = "this machine has no sshd";
        return;
    }
    if (::geteuid() == 0) ::mkdir("/run/sshd", 0755);
    port_ = free_port();
    run_shell("ssh-keygen -q -t ed25519 -N '' -f '" + home.file("host_key") + "'");
    write_text(home.file("authorized_keys"), authorized);
    write_text(home.file("sshd_config"),
               "Port " + std::to_string(port_) + "\nListenAddress 127.0.0.1\nHostKey " +
                   home.file("host_key") + "\nAuthorizedKeysFile " + home.file("authorized_keys") +
                   "\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
                   "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n");
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
        ::execl(kProgram, kProgram, "-D", "-f", home.file("sshd_config").c_str(), nullptr);
        ::_exit(127);
    }
    for (int tries = 0; tries < 500 && !listens(port_); ++tries) ::usleep(10000);
    if (!listens(port_)) reason_ = "sshd does not start here";
}

LocalSshd::~LocalSshd() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
}

std::string LocalSshd::client(const std::string& options) const {
    const passwd* const user = ::getpwuid(::geteuid());
    return "ssh -F none -p " + std::to_string(port_) +
           " -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "
           "-o LogLevel=ERROR " +
           options + " " + (user != nullptr ? user->pw_name : "root") + "@127.0.0.1";
}

}  // namespace sparekey::tests
