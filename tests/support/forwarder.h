// Stands before a server on loopback and carries bytes both ways: so that it can be exchanged for
// another one, go silent, or be reached from a network where it is not.
#pragma once

#include <poll.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace sparekey::tests {

class Forwarder {
  public:
    /// On a free port of 127.0.0.1. It leads nowhere yet: whoever comes is turned away.
    Forwarder();
    /// Where somebody listens already; `listener` is closed at the end.
    Forwarder(int listener, int port);
    ~Forwarder();
    Forwarder(const Forwarder&) = delete;
    Forwarder& operator=(const Forwarder&) = delete;

    int port() const { return port_; }
    /// Such as "http://127.0.0.1:40001".
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// To this port of 127.0.0.1, for whoever comes from now on.
    void lead_to(int port) { target_ = port; }
    /// Silent: whoever comes is let in, and nothing is carried until it is not silent any more.
    void be_silent(bool silent);
    /// That came to an open end.
    std::size_t connections() const { return connections_; }

  private:
    using Pair = std::array<int, 2>;

    void run();
    void carry_all(const std::vector<pollfd>& watched);
    void accept_one();
    void wake();

    int listener_ = -1;
    int port_ = 0;
    int wake_ = -1;  // an eventfd
    std::atomic<int> target_ = 0;
    std::atomic<bool> silent_ = false;
    std::atomic<bool> ended_ = false;
    std::atomic<std::size_t> connections_ = 0;
    std::vector<Pair> pairs_;  // of the thread alone
    std::thread thread_;
};

}  // namespace sparekey::tests
