#include "tests/support/loopback_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace sparekey::tests {
namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

/// `port` 0 becomes a free one.
int bound_socket(int& port) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(port);
    socklen_t size = sizeof address;
    if (::bind(made, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(made, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no port on loopback");
    }
    port = ntohs(address.sin_port);
    return made;
}

std::size_t announced_body(const std::string& head) {
    const char* const found = ::strcasestr(head.c_str(), "\r\ncontent-length:");
    return found == nullptr ? 0 : std::strtoull(found + 17, nullptr, 10);
}

/// The next request of the connection; empty at its end.
std::string read_request(int peer, std::string& pending) {
    for (;;) {
        const auto head = pending.find("\r\n\r\n");
        if (head != std::string::npos) {
            const std::size_t whole = head + 4 + announced_body(pending.substr(0, head + 2));
            if (pending.size() >= whole) {
                std::string request = pending.substr(0, whole);
                pending.erase(0, whole);
                return request;
            }
        }
        char block[4096];
        const ssize_t got = ::recv(peer, block, sizeof block, 0);
        if (got <= 0) return {};
        pending.append(block, static_cast<std::size_t>(got));
    }
}

bool send_all(int peer, const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t got = ::send(peer, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (got <= 0) return false;
        sent += static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace

LoopbackServer::LoopbackServer(Answer answer) : answer_(std::move(answer)) {
    listener_ = listening_socket(port_);
    accepting_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int peer : peers_) ::shutdown(peer, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    for (const int peer : peers_) ::close(peer);
    ::close(listener_);
}

std::string LoopbackServer::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void LoopbackServer::accept_all() {
    for (;;) {
        const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (peer < 0) return;
        ++connections_;
        const std::lock_guard lock(mutex_);
        peers_.push_back(peer);
        threads_.emplace_back([this, peer] { serve(peer); });
    }
}

void LoopbackServer::serve(int peer) {
    std::string pending;
    for (;;) {
        const std::string request = read_request(peer, pending);
        if (request.empty()) break;
        ++requests_;
        const std::string answer = answer_(request);
        if (answer.empty() || !send_all(peer, answer)) break;
        if (::strcasestr(answer.c_str(), "connection: close") != nullptr) break;
    }
    ::shutdown(peer, SHUT_RDWR);
}

std::string http_answer(int status, const std::string& body, const std::string& more_headers) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + more_headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

int free_port() {
    int port = 0;
    ::close(bound_socket(port));
    return port;
}

int listening_socket(int& port) {
    const int made = bound_socket(port);
    if (::listen(made, 64) != 0) throw std::runtime_error("cannot listen on loopback");
    return made;
}

int connected_socket(int port) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        return made;
    }
    ::close(made);
    return -1;
}

bool listens(int port) {
    const int probe = connected_socket(port);
    if (probe >= 0) ::close(probe);
    return probe >= 0;
}

}  // namespace sparekey::tests
