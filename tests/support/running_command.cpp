#include "tests/support/running_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace sparekey::tests {
namespace {

constexpr int kPatience_ms = 60'000;

std::array<int, 2> new_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    return ends;
}

/// It has become the program, and has a handler of its own for SIGINT.
bool handles_interrupts(int process) {
    const std::string folder = "/proc/" + std::to_string(process);
    std::error_code gone;
    const auto program = std::filesystem::read_symlink(folder + "/exe", gone);
    if (gone || program == std::filesystem::read_symlink("/proc/self/exe")) return false;
    std::ifstream status(folder + "/status");
    for (std::string word; status >> word;) {
        if (word != "SigCgt:") continue;
        std::string handled;
        status >> handled;
        return (std::stoull(handled, nullptr, 16) >> (SIGINT - 1) & 1) != 0;
    }
    return false;
}

}  // namespace

RunningCommand::RunningCommand(const Home& home, std::vector<std::string> arguments,
                               const std::string& program) {
    const auto in = new_pipe();
    const auto out = new_pipe();
    const auto err = new_pipe();
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(in[0], STDIN_FILENO);
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        home.become(arguments, program);
    }
    ::close(in[0]);
    ::close(out[1]);
    ::close(err[1]);
    input_ = in[1];
    output_ = out[0];
    errors_ = err[0];
}

RunningCommand::~RunningCommand() {
    if (process_ > 0) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    for (const int end : {input_, output_, errors_}) {
        if (end >= 0) ::close(end);
    }
}

bool RunningCommand::read_more(int descriptor, std::string& into) {
    pollfd ready{descriptor, POLLIN, 0};
    if (::poll(&ready, 1, kPatience_ms) <= 0) {
        throw std::runtime_error("the command says nothing; so far: " + into);
    }
    char block[4096];
    const ssize_t got = ::read(descriptor, block, sizeof block);
    if (got > 0) into.append(block, static_cast<std::size_t>(got));
    return got > 0;
}

std::optional<std::string> RunningCommand::line() {
    while (pending_.find('\n') == std::string::npos) {
        if (!read_more(output_, pending_)) return std::nullopt;
    }
    const auto end = pending_.find('\n');
    std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    return line;
}

void RunningCommand::type(const std::string& text) {
    if (::write(input_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        throw std::runtime_error("the command reads nothing");
    }
}

void RunningCommand::interrupt() {
    for (int tries = 0; tries < 3000 && !handles_interrupts(process_); ++tries) ::usleep(10'000);
    ::kill(process_, SIGINT);
}

bool RunningCommand::kill() {
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOHANG | WNOWAIT);
    return ended.si_pid == 0 && ::kill(process_, SIGKILL) == 0;
}

Outcome RunningCommand::finish() {
    ::close(input_);
    input_ = -1;
    Outcome outcome;
    while (read_more(output_, pending_)) {
    }
    while (read_more(errors_, outcome.err)) {
    }
    outcome.out = std::move(pending_);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return outcome;
}

}  // namespace sparekey::tests
