#include "tests/support/tmux.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace sparekey::tests {
namespace {

constexpr const char* kTmux = "/usr/bin/tmux";

std::string in_quotes(const std::string& text) {
    std::string all = "'";
    for (const char c : text) all += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return all + "'";
}

template <class Test>
bool comes_true(Test test) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
        if (test()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }
    return false;
}

}  // namespace

Tmux::Tmux(const Home& home, const std::vector<std::string>& arguments, int columns, int rows)
    : socket_(home.file("tmux")) {
    // The keys' signals are for the program; a handler is not inherited, "ignored" would be.
    std::string command = "trap : INT; env -i HOME=" + in_quotes(home.path()) +
                          " XDG_RUNTIME_DIR=" + in_quotes(home.file("run")) + " TERM=\"$TERM\"";
    for (const auto& [name, value] : home.environment)
        command += " " + in_quotes(name + "=" + value);
    command += " " + in_quotes(program_path());
    for (const std::string& argument : arguments) command += " " + in_quotes(argument);
    command += "; status=$?; echo; echo exit $status; cat";
    run({"-f", "/dev/null", "-u", "new-session", "-d", "-x", std::to_string(columns), "-y",
         std::to_string(rows), "/bin/sh -c " + in_quotes(command)});
}

Tmux::~Tmux() {
    run({"kill-server"});
}

bool Tmux::is_there() {
    return ::access(kTmux, X_OK) == 0;
}

std::string Tmux::run(std::vector<std::string> arguments) const {
    int ends[2];
    if (::pipe(ends) != 0) return {};
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], 1);
        ::dup2(ends[1], 2);
        ::close(ends[0]);
        ::close(ends[1]);
        std::vector<std::string> all = {kTmux, "-S", socket_};
        all.insert(all.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (std::string& argument : all) argv.push_back(argument.data());
        argv.push_back(nullptr);
        ::setenv("LC_ALL", "C.UTF-8", 1);
        ::unsetenv("TMUX");
        ::execv(kTmux, argv.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string said;
    char block[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], block, sizeof block)) > 0;) {
        said.append(block, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return said;
}

void Tmux::press(const std::string& key) {
    run({"send-keys", key});
}

void Tmux::type(const std::string& text) {
    run({"send-keys", "-l", text});
}

void Tmux::resize(int columns, int rows) {
    run({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

std::string Tmux::screen() const {
    return run({"capture-pane", "-p"});
}

bool Tmux::wait_for(const std::string& text) {
    return comes_true([&] { return screen().find(text) != std::string::npos; });
}

bool Tmux::wait_until_gone(const std::string& text) {
    return comes_true([&] { return screen().find(text) == std::string::npos; });
}

}  // namespace sparekey::tests
