#include "tests/support/login_provider.h"

#include "tests/support/loopback_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace sparekey::tests {
namespace {

constexpr int kPatience = 30'000;  // ms, for a loaded machine

/// Whether a line came before the patience ended.
bool says_ready(int output) {
    pollfd waiting{output, POLLIN, 0};
    char line[64];
    return ::poll(&waiting, 1, kPatience) == 1 && ::read(output, line, sizeof line) > 0;
}

}  // namespace

LoginProvider::LoginProvider(std::string shape, std::vector<std::string> redirect_uris)
    : shape_(std::move(shape)), redirect_uris_(std::move(redirect_uris)), port_(free_port()) {
    start();
}

LoginProvider::~LoginProvider() {
    stop();
}

void LoginProvider::start() {
    std::vector<std::string> words = {SPAREKEY_NODE_FOLDER "/bin/node", SPAREKEY_PROVIDER_SCRIPT,
                                      SPAREKEY_NODE_FOLDER, std::to_string(port_), shape_};
    words.insert(words.end(), redirect_uris_.begin(), redirect_uris_.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int input[2], output[2];
    if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(input[0], STDIN_FILENO);
        ::dup2(output[1], STDOUT_FILENO);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    const bool ready = process_ > 0 && says_ready(output[0]);
    ::close(output[0]);
    if (ready) return;
    stop();
    throw std::runtime_error("the login provider does not start; see scripts/setup --test");
}

void LoginProvider::stop() {
    if (process_ <= 0) return;
    ::close(input_);
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void LoginProvider::restart() {
    stop();
    start();
}

}  // namespace sparekey::tests
