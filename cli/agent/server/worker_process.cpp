#include "cli/agent/server/worker_process.h"

#include "cli/agent/process.h"
#include "cli/agent/server/worker.h"
#include "cli/agent/socket.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

namespace sparekey::cli::agent {
namespace {

/// A worker that is in the middle of Argon2id or a large answer is not waited for longer: what it
/// has written is durable at any moment.
constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::chrono::milliseconds kStep{2};

}  // namespace

WorkerProcess WorkerProcess::start(const storage::FolderPaths& paths) {
    Child child =
        start_process({"sparekey-agent", "--worker", paths.vault, paths.state}, SOCK_SEQPACKET);
    return {child.process, std::move(child.channel), paths.vault};
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      control_(std::move(other.control_)),
      vault_(std::move(other.vault_)),
      open_(other.open_) {}

WorkerProcess::~WorkerProcess() {
    end();
}

bool WorkerProcess::is_alive() {
    char message = 0;
    ssize_t got = 0;
    while ((got = ::recv(control_.descriptor(), &message, 1, MSG_DONTWAIT)) == 1) {
        open_ = open_ || message == kOpenedMessage;
    }
    return process_ > 0 && got != 0;
}

bool WorkerProcess::is_open() {
    return is_alive() && open_;
}

bool WorkerProcess::hand_over(const storage::File& connection, const HandOver& order) {
    return send_with_descriptor(control_.descriptor(), encode(order).expose(),
                                connection.descriptor());
}

void WorkerProcess::ask_to_end() {
    if (process_ > 0) ::kill(process_, SIGTERM);
}

void WorkerProcess::end() {
    if (process_ <= 0) return;
    ask_to_end();
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (::waitpid(process_, nullptr, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() >= deadline) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
            break;
        }
        std::this_thread::sleep_for(kStep);
    }
    process_ = -1;
}

}  // namespace sparekey::cli::agent
