// A network of its own that a home's programs may be put into: a loopback device, a link that can
// fail, and whatever the test listens with there. Nothing outside sees it.
#pragma once

#include <functional>
#include <string>

namespace sparekey::tests {

class SeparateNetwork {
  public:
    SeparateNetwork();
    ~SeparateNetwork();
    SeparateNetwork(const SeparateNetwork&) = delete;
    SeparateNetwork& operator=(const SeparateNetwork&) = delete;

    /// Why this machine gives none; empty if it does.
    const std::string& reason() const { return reason_; }
    /// In a child, just before it becomes a program: it has this network and no other.
    void enter() const;
    /// A socket of this process that listens on 127.0.0.1 of that network.
    int listen(int port) const;

    /// Up at first. What is sent while it is down is gone, and there is no way to anywhere.
    enum class Link { down, up };
    void set(Link link) const;

  private:
    int network_ = -1;
    int control_ = -1;  // a socket of that network
    std::string reason_;
};

}  // namespace sparekey::tests
