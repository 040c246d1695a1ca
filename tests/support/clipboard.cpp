#include "tests/support/clipboard.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kNobody = 65534;

/// proc(5): the name stands in brackets and may hold anything.
std::string parent_of(const std::string& process) {
    const std::string status = read_text("/proc/" + process + "/stat");
    const auto end = status.rfind(')');
    if (end == std::string::npos) return {};
    std::istringstream rest(status.substr(end + 1));
    std::string state, parent;
    rest >> state >> parent;
    return state == "Z" ? std::string() : parent;
}

void reap() {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
}

}  // namespace

void make_folder(const std::string& path) {
    fs::create_directory(path);
    ::chmod(path.c_str(), 0700);
}

void open_to_all(const std::string& path) {
    ::chmod(path.c_str(), 0777);
}

bool is_empty_folder(const std::string& path) {
    return fs::is_directory(path) && fs::is_empty(path);
}

void write_program(const std::string& path, const std::string& script) {
    // A new file: one that still runs cannot be written.
    fs::remove(path);
    write_text(path, script);
    ::chmod(path.c_str(), 0700);
}

void link_program(const std::string& folder, const std::string& program) {
    fs::create_symlink("/bin/" + program, folder + "/" + program);
}

bool is_installed(const std::string& program) {
    return fs::exists("/usr/bin/" + program);
}

std::string shell_output(const Home& home, const std::string& command) {
    std::string script;
    for (const auto& [name, value] : home.environment) {
        script += "export " + name + "='" + value + "'\n";
    }
    write_text(home.file("script"), script + command + "\n");
    FILE* const pipe = ::popen(("sh " + home.file("script")).c_str(), "re");
    std::string text;
    for (int c = 0; pipe != nullptr && (c = std::fgetc(pipe)) != EOF;) {
        text += static_cast<char>(c);
    }
    if (pipe != nullptr) ::pclose(pipe);
    return text;
}

Background::Background(const std::vector<std::string>& command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
        const int nothing = ::open("/dev/null", O_RDWR);
        ::dup2(nothing, 0);
        ::dup2(ends[1], 1);
        ::dup2(nothing, 2);
        std::vector<char*> argv;
        for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
    for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';) first_line_ += c;
}

Background::~Background() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    ::close(output_);
}

ClipboardProcesses::ClipboardProcesses() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

ClipboardProcesses::~ClipboardProcesses() {
    for (const int process : all()) ::kill(process, SIGKILL);
    wait_for_all();
    ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

std::vector<int> ClipboardProcesses::all() const {
    std::vector<int> found;
    const std::string self = std::to_string(::getpid());
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        if (parent_of(name) != self) continue;
        if (read_text("/proc/" + name + "/cmdline").find("sparekey-clipboard") !=
            std::string::npos) {
            found.push_back(std::stoi(name));
        }
    }
    return found;
}

int ClipboardProcesses::only() const {
    const std::vector<int> found = all();
    return found.size() == 1 ? found.front() : 0;
}

bool ClipboardProcesses::wait_for(int process) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
        reap();
        if (::kill(process, 0) != 0) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

std::size_t ClipboardProcesses::wait_for_all() const {
    const std::vector<int> found = all();
    for (const int process : found) wait_for(process);
    return found.size();
}

bool become_nobody(Home& home) {
    if (::geteuid() != 0) return true;
    for (const auto& entry : fs::recursive_directory_iterator(home.path())) {
        if (::lchown(entry.path().c_str(), kNobody, kNobody) != 0) return false;
    }
    if (::chown(home.path().c_str(), kNobody, kNobody) != 0) return false;
    home.in_child = [] {
        if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(126);
    };
    return home.run_bare({"--version"}).status == 0;
}

bool is_dumpable(int process) {
    struct stat status {};
    const std::string path = "/proc/" + std::to_string(process) + "/maps";
    return ::stat(path.c_str(), &status) == 0 && status.st_uid != 0;
}

std::vector<std::string> open_files(int process) {
    std::vector<std::string> found;
    std::error_code failure;
    for (fs::directory_iterator at("/proc/" + std::to_string(process) + "/fd", failure), end;
         !failure && at != end; at.increment(failure)) {
        const fs::path target = fs::read_symlink(at->path(), failure);
        if (!failure) found.push_back(target);
    }
    return found;
}

bool memory_holds(int process, const std::string& text) {
    const std::string folder = "/proc/" + std::to_string(process);
    std::istringstream maps(read_text(folder + "/maps"));
    const int memory = ::open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
    bool found = false;
    for (std::string line; memory >= 0 && std::getline(maps, line);) {
        unsigned long from = 0, to = 0;
        if (std::sscanf(line.c_str(), "%lx-%lx", &from, &to) != 2 || to - from > (64UL << 20)) {
            continue;
        }
        std::string block(to - from, '\0');
        const ssize_t got = ::pread(memory, block.data(), block.size(), static_cast<off_t>(from));
        if (got > 0) found = found || block.find(text) != std::string::npos;
    }
    if (memory >= 0) ::close(memory);
    return found;
}

}  // namespace sparekey::tests
