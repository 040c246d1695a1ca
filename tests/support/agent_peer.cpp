#include "tests/support/agent_peer.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

namespace sparekey::tests {

AgentPeer::AgentPeer(const std::string& socket)
    : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        return;
    }
    ::close(descriptor_);
    descriptor_ = -1;
}

AgentPeer::~AgentPeer() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

AgentPeer::AgentPeer(AgentPeer&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

pid_t AgentPeer::process() const {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(descriptor_, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
    return peer.pid;
}

bool AgentPeer::send(core::ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
}

bool AgentPeer::send_frame(core::ByteView bytes) {
    std::uint8_t length[4];
    for (std::size_t i = 0; i < 4; ++i) {
        length[i] = static_cast<std::uint8_t>(bytes.size() >> (8 * i));
    }
    return send(length) && send(bytes);
}

std::string AgentPeer::receive(int milliseconds, std::size_t most) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    std::string all;
    while (all.size() < most) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        pollfd ready{descriptor_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) break;
        char block[65536];
        const ssize_t got = ::recv(descriptor_, block, sizeof block, 0);
        if (got <= 0) break;
        all.append(block, static_cast<std::size_t>(got));
    }
    return all;
}

bool AgentPeer::is_closed(int milliseconds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        pollfd ready{descriptor_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) {
            return false;
        }
        char block[65536];
        if (::recv(descriptor_, block, sizeof block, 0) <= 0) return true;
    }
}

long resident_kib(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    }
    return 0;
}

std::vector<pid_t> children_of(pid_t process, const std::string& argument) {
    std::vector<pid_t> children;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream stat(entry.path() / "stat");
        std::string text;
        std::getline(stat, text);
        const auto after = text.rfind(") ");
        if (after == std::string::npos) continue;
        std::istringstream rest(text.substr(after + 4));
        pid_t parent = 0;
        rest >> parent;
        if (parent != process) continue;
        std::ifstream command(entry.path() / "cmdline");
        for (std::string word; std::getline(command, word, '\0');) {
            if (word != argument) continue;
            children.push_back(std::stoi(name));
            break;
        }
    }
    return children;
}

bool has_unburied_child(pid_t process) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream stat(entry.path() / "stat");
        std::string text;
        std::getline(stat, text);
        const auto after = text.rfind(") ");
        if (after == std::string::npos || text.compare(after + 2, 1, "Z") != 0) continue;
        if (std::stoi(text.substr(after + 4)) == process) return true;
    }
    return false;
}

std::vector<pid_t> workers_of(pid_t agent) {
    return children_of(agent, "--worker");
}

}  // namespace sparekey::tests
