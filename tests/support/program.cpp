#include "tests/support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

std::string temporary_base() {
    const char* const given = std::getenv("TMPDIR");
    return given != nullptr ? given : "/tmp";
}

struct Pipe {
    int read = -1;
    int write = -1;
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        read = ends[0];
        write = ends[1];
    }
};

void drain(Pipe& out, Pipe& err, Pipe& in, std::string input, Outcome& outcome) {
    bool out_open = true, err_open = true, in_open = true;
    while (out_open || err_open) {
        if (in_open && input.empty()) {
            ::close(in.write);
            in_open = false;
        }
        pollfd ends[3] = {{out_open ? out.read : -1, POLLIN, 0},
                          {err_open ? err.read : -1, POLLIN, 0},
                          {in_open ? in.write : -1, POLLOUT, 0}};
        ::poll(ends, 3, -1);
        char block[65536];
        const auto take = [&](pollfd& end, int descriptor, std::string& text, bool& open) {
            if (!open || end.revents == 0) return;
            const ssize_t got = ::read(descriptor, block, sizeof block);
            if (got > 0) text.append(block, static_cast<std::size_t>(got));
            if (got <= 0) open = false;
        };
        take(ends[0], out.read, outcome.out, out_open);
        take(ends[1], err.read, outcome.err, err_open);
        if (in_open && ends[2].revents != 0) {
            const ssize_t written = ::write(in.write, input.data(), input.size());
            if (written > 0) input.erase(0, static_cast<std::size_t>(written));
            if (written <= 0) input.clear();
        }
    }
    if (in_open) ::close(in.write);
}

}  // namespace

Home::Home() : path_(temporary_base() + "/sparekey-test-XXXXXX") {
    std::signal(SIGPIPE, SIG_IGN);
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
    ::mkdir(file("run").c_str(), 0700);
    write_text(file("password"), "correct horse battery staple\n");
}

Home::~Home() {
    if (fs::exists(runtime_folder() + "/agent.sock")) run_bare({"agent", "--stop"});
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string program_path() {
    return SPAREKEY_PROGRAM;
}

void Home::become(const std::vector<std::string>& arguments, const std::string& program) const {
    // From now on it matters whether the password opens: run() is not to go another way.
    if (std::ranges::find(arguments, "passwd") != arguments.end()) {
        std::error_code read_only;  // such a passwd changes nothing
        fs::remove(file("recovery"), read_only);
    }
    std::vector<std::string> assignments = {"HOME=" + path_};
    if (environment.count("XDG_RUNTIME_DIR") == 0) {
        assignments.push_back("XDG_RUNTIME_DIR=" + file("run"));
    }
    if (environment.count("DBUS_SYSTEM_BUS_ADDRESS") == 0) {
        assignments.push_back("DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + system_bus());
    }
    for (const auto& [name, value] : environment) assignments.push_back(name + "=" + value);
    for (const char* name : {"SPAREKEY_MUTANT", "ASAN_OPTIONS", "UBSAN_OPTIONS"}) {
        if (const char* value = std::getenv(name))
            assignments.push_back(std::string(name) + "=" + value);
    }
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    std::vector<char*> variables;
    for (const std::string& variable : assignments)
        variables.push_back(const_cast<char*>(variable.c_str()));
    variables.push_back(nullptr);
    if (in_child) in_child();
    ::execve(program.c_str(), argv.data(), variables.data());
    ::_exit(126);
}

void Home::set(const std::vector<std::string>& assignments) {
    for (const std::string& assignment : assignments) {
        const auto equals = assignment.find('=');
        environment[assignment.substr(0, equals)] = assignment.substr(equals + 1);
    }
}

std::vector<std::string> Home::opening(const std::vector<std::string>& arguments) const {
    // These do with the items what they do, whatever opened the vault.
    static const std::set<std::string> kOfItems = {
        "add",  "attach", "attachment", "attachments", "conflicts",  "coverage", "detach", "edit",
        "find", "get",    "health",     "history",     "identities", "import",   "inject", "lose",
        "otp",  "read",   "restore",    "rm",          "run",        "suggest",  "trash"};
    const bool is_of_items = !arguments.empty() && kOfItems.count(arguments.front()) != 0;
    if (is_of_items && fs::exists(file("recovery"))) {
        return {"--recovery-file", file("recovery")};
    }
    return {"--password-file", file("password")};
}

Outcome Home::run(std::vector<std::string> arguments, const std::string& input) const {
    const std::vector<std::string> opening = this->opening(arguments);
    arguments.insert(arguments.end(), opening.begin(), opening.end());
    return run_bare(arguments, input);
}

Outcome Home::run_bare(const std::vector<std::string>& arguments, const std::string& input) const {
    return run_program(SPAREKEY_PROGRAM, arguments, input);
}

Outcome Home::run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const std::string& input) const {
    Pipe in, out, err;
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(in.read, 0);
        ::dup2(out.write, 1);
        ::dup2(err.write, 2);
        ::setsid();  // no terminal to ask on
        become(arguments, program);
    }
    ::close(in.read);
    ::close(out.write);
    ::close(err.write);
    Outcome outcome;
    drain(out, err, in, input, outcome);
    ::close(out.read);
    ::close(err.read);
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    outcome.peak_kib = usage.ru_maxrss;
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return outcome;
}

int Home::start(std::vector<std::string> arguments, const std::string& input) const {
    arguments.push_back("--password-file");
    arguments.push_back(file("password"));
    write_text(file("input"), input);
    const pid_t child = ::fork();
    if (child == 0) {
        const int in = ::open(file("input").c_str(), O_RDONLY);
        const int out = ::open(file("output").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(in, 0);
        ::dup2(out, 1);
        ::dup2(out, 2);
        ::setsid();  // no terminal to ask on
        become(arguments);
    }
    return child;
}

std::string Home::init() const {
    const Outcome made = run({"init", "--kdf-memory", "64MiB", "--kdf-passes", "3", "--json"});
    if (made.status != 0) throw std::runtime_error("init failed: " + made.err);
    write_text(file("recovery"), json_text(made.out, "recovery_code") + "\n");
    return made.out;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string read_text(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

void write_text(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    ::chmod(path.c_str(), 0600);
}

std::string json_text(const std::string& json, const std::string& member) {
    const std::string start = "\"" + member + "\":\"";
    const auto at = json.find(start);
    if (at == std::string::npos) return {};
    return json.substr(at + start.size(), json.find('"', at + start.size()) - at - start.size());
}

}  // namespace sparekey::tests
