#include "cli/programs/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace sparekey::cli {
namespace {

using std::chrono::milliseconds;
using storage::File;

constexpr milliseconds kMomentToEnd(1000);
constexpr milliseconds kBetweenLooks(5);

core::Unexpected cannot_start(const std::string& program, int error) {
    return core::unexpected(core::ErrorCode::failed,
                            "cannot start " + program + ": " + std::strerror(error));
}

/// What posix_spawn() is told.
class SpawnOrder {
  public:
    explicit SpawnOrder(Ties ties) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
        sigset_t all, none;
        ::sigfillset(&all);
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        const int session = ties == Ties::cut ? POSIX_SPAWN_SETSID : 0;
        ::posix_spawnattr_setflags(
            &attributes_,
            static_cast<short>(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | session));
    }
    ~SpawnOrder() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnOrder(const SpawnOrder&) = delete;
    SpawnOrder& operator=(const SpawnOrder&) = delete;

    void connect(const File* end, int stream) {
        if (end != nullptr && end->is_open()) {
            ::posix_spawn_file_actions_adddup2(&actions_, end->descriptor(), stream);
        } else {
            ::posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", O_RDWR, 0);
        }
    }
    int spawn(const std::vector<std::string>& command, pid_t& process) const {
        const std::string program = find_program(command[0]);
        if (program.empty()) return ENOENT;
        std::vector<char*> argv;
        for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        return ::posix_spawn(&process, program.c_str(), &actions_, &attributes_, argv.data(),
                             environ);
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

int exit_status(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int left_ms(Deadline deadline) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
}

/// Feeds and collects at the same time; false if it takes too long or brings too much.
bool exchange(Child& child, std::string_view input, std::size_t most, core::SecretBuilder& output,
              Deadline deadline) {
    core::SecretBytes block(16 * 1024);
    for (;;) {
        if (input.empty()) child.input() = File();
        if (!child.input().is_open() && !child.output().is_open()) return true;
        pollfd ends[2] = {{child.output().descriptor(), POLLIN, 0},
                          {child.input().descriptor(), POLLOUT, 0}};
        const int ready = ::poll(ends, 2, left_ms(deadline));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        if (ends[1].revents != 0) {
            const ssize_t written = ::write(child.input().descriptor(), input.data(),
                                            std::min<std::size_t>(input.size(), PIPE_BUF));
            // One that has read enough closes its end.
            if (written < 0 && errno != EINTR) input = {};
            if (written > 0) input.remove_prefix(static_cast<std::size_t>(written));
        }
        if (ends[0].revents == 0) continue;
        const ssize_t got =
            ::read(child.output().descriptor(), block.expose_mutable().data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            child.output() = File();
            continue;
        }
        output.append(block.expose().first(static_cast<std::size_t>(got)));
        if (output.size() > most) return false;
    }
}

/// A file in memory rather than a pipe: a grandchild may keep it open for as long as it likes.
std::string first_line_of(const File& errors) {
    char text[256];
    const ssize_t got = errors.is_open() ? ::pread(errors.descriptor(), text, sizeof text, 0) : 0;
    const std::string_view seen(text, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return std::string(seen.substr(0, seen.find('\n')));
}

}  // namespace

core::Result<Child> Child::start(const std::vector<std::string>& command, Stream input,
                                 Stream output, const File* errors, Ties ties) {
    Child child;
    File its_input, its_output;
    int ends[2];
    if (input == Stream::pipe) {
        if (::pipe2(ends, O_CLOEXEC) != 0) return cannot_start(command[0], errno);
        its_input = File(ends[0]);
        child.input_ = File(ends[1]);
    }
    if (output == Stream::pipe) {
        if (::pipe2(ends, O_CLOEXEC) != 0) return cannot_start(command[0], errno);
        child.output_ = File(ends[0]);
        its_output = File(ends[1]);
    }
    SpawnOrder order(ties);
    order.connect(&its_input, STDIN_FILENO);
    order.connect(&its_output, STDOUT_FILENO);
    order.connect(errors, STDERR_FILENO);
    const int error = order.spawn(command, child.process_);
    if (error != 0) {
        child.process_ = -1;
        return cannot_start(command[0], error);
    }
    return child;
}

Child::Child(Child&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)) {}

Child::~Child() {
    input_ = File();
    output_ = File();
    for (const int force : {0, SIGTERM, SIGKILL}) {
        if (process_ < 0) return;
        if (force != 0) ::kill(process_, force);
        wait(after(kMomentToEnd));
    }
}

std::optional<int> Child::wait(Deadline deadline) {
    while (process_ >= 0) {
        int status = 0;
        const pid_t ended = ::waitpid(process_, &status, WNOHANG);
        if (ended > 0 || (ended < 0 && errno != EINTR)) {
            process_ = -1;
            return status;
        }
        if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
        std::this_thread::sleep_for(kBetweenLooks);
    }
    return 0;
}

core::Result<Ran> run_program(const std::vector<std::string>& command, std::string_view input,
                              std::size_t most_output, milliseconds time, Ties ties) {
    const Deadline deadline = after(time);
    const File errors(::memfd_create("stderr", MFD_CLOEXEC));
    SPAREKEY_TRY(Child child,
                 Child::start(command, input.empty() ? Stream::nothing : Stream::pipe,
                              most_output == 0 ? Stream::nothing : Stream::pipe, &errors, ties));
    core::SecretBuilder output;
    const bool exchanged = exchange(child, input, most_output, output, deadline);
    const auto status = exchanged ? child.wait(deadline) : std::nullopt;
    if (!status) {
        return core::unexpected(
            core::ErrorCode::failed,
            command[0] + (output.size() > most_output ? " said too much" : " did not end in time"));
    }
    return Ran{exit_status(*status), core::SecretText(std::move(output).take()),
               first_line_of(errors)};
}

std::string find_program(const std::string& program) {
    const auto runs = [](const std::string& path) {
        struct stat status {};
        return ::access(path.c_str(), X_OK) == 0 && ::stat(path.c_str(), &status) == 0 &&
               S_ISREG(status.st_mode);
    };
    if (program.find('/') != std::string::npos) return runs(program) ? program : "";
    const char* const variable = std::getenv("PATH");
    std::string_view path = variable != nullptr ? variable : "";
    while (!path.empty()) {
        const std::string_view folder = path.substr(0, path.find(':'));
        path.remove_prefix(std::min(path.size(), folder.size() + 1));
        // An empty entry means the current folder: nobody means that.
        if (folder.empty()) continue;
        std::string found = std::string(folder) + "/" + program;
        if (runs(found)) return found;
    }
    return {};
}

}  // namespace sparekey::cli
