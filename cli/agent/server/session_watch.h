// Locks the vaults before the machine sleeps and when the screen locks, as logind announces it.
//
// D-Bus is spoken by sparekey-logind, a program of its own: it says `lock`, is answered `done`, and
// holds the sleep up until then; `heard` and `gone` tell of logind itself. Without it (no system
// bus, not installed, killed) everything else works on; those two occasions are what is missed.
#pragma once

#include "cli/agent/server/stream.h"

#include <boost/asio/io_context.hpp>
#include <sys/types.h>

#include <functional>

namespace sparekey::cli::agent {

class SessionWatch {
  public:
    /// `lock` returns when the vaults are locked.
    SessionWatch(boost::asio::io_context& io, std::function<void()> lock);
    ~SessionWatch();
    SessionWatch(const SessionWatch&) = delete;
    SessionWatch& operator=(const SessionWatch&) = delete;

    /// Starts the program, unless it runs or is not there.
    void start();
    /// logind has answered, and was not gone since.
    bool hears() const { return hears_; }

  private:
    boost::asio::awaitable<void> listen();
    void end();

    boost::asio::io_context& io_;
    std::function<void()> lock_;
    pid_t process_ = -1;
    bool hears_ = false;
    LocalSocket channel_;
};

}  // namespace sparekey::cli::agent
