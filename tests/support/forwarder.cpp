#include "tests/support/forwarder.h"

#include "tests/support/loopback_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

namespace sparekey::tests {
namespace {

/// What is there, to the other side; false at the end of either.
bool carry(int from, int to) {
    char block[65536];
    const ssize_t got = ::recv(from, block, sizeof block, 0);
    if (got <= 0) return false;
    for (ssize_t sent = 0; sent < got;) {
        const auto more =
            ::send(to, block + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
        if (more <= 0) return false;
        sent += more;
    }
    return true;
}

void close_both(const std::array<int, 2>& pair) {
    for (const int end : pair) ::close(end);
}

}  // namespace

Forwarder::Forwarder() {
    listener_ = listening_socket(port_);
    wake_ = ::eventfd(0, EFD_CLOEXEC);
    thread_ = std::thread([this] { run(); });
}

Forwarder::Forwarder(int listener, int port)
    : listener_(listener),
      port_(port),
      wake_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {}

Forwarder::~Forwarder() {
    ended_ = true;
    wake();
    thread_.join();
    for (const Pair& pair : pairs_) close_both(pair);
    ::close(wake_);
    ::close(listener_);
}

void Forwarder::be_silent(bool silent) {
    silent_ = silent;
    wake();
}

void Forwarder::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void Forwarder::accept_one() {
    const int device = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (device < 0) return;
    const int server = connected_socket(target_);
    if (server < 0) {
        ::close(device);
        return;
    }
    pairs_.push_back({device, server});
    ++connections_;
}

/// Carries what `watched`, two of it for each pair, has to say; those that ended are gone after it.
void Forwarder::carry_all(const std::vector<pollfd>& watched) {
    std::vector<Pair> open;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
        const auto [device, server] = pairs_[i];
        const bool ended = (watched[2 * i].revents != 0 && !carry(device, server)) ||
                           (watched[2 * i + 1].revents != 0 && !carry(server, device));
        if (ended) close_both(pairs_[i]);
        if (!ended) open.push_back(pairs_[i]);
    }
    pairs_ = std::move(open);
}

void Forwarder::run() {
    while (!ended_) {
        std::vector<pollfd> watched;
        for (const Pair& pair : pairs_) {
            for (const int end : pair) watched.push_back({silent_ ? -1 : end, POLLIN, 0});
        }
        watched.push_back({listener_, POLLIN, 0});
        watched.push_back({wake_, POLLIN, 0});
        ::poll(watched.data(), watched.size(), -1);
        const bool somebody_comes = watched[2 * pairs_.size()].revents != 0;
        if (watched.back().revents != 0) {
            std::uint64_t times = 0;
            [[maybe_unused]] const auto taken = ::read(wake_, &times, sizeof times);
        }
        carry_all(watched);
        if (somebody_comes) accept_one();
    }
}

}  // namespace sparekey::tests
