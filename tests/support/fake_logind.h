// A system bus of a home's own, and a logind on it that does what a test says.
//
// The bus is Debian's dbus-daemon, listening where the home's programs look for it. FakeLogind
// lives in the test's thread: it answers only while the test is in until().
#pragma once

#include "tests/support/program.h"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

struct sd_bus;

namespace sparekey::tests {

class SystemBus {
  public:
    /// Returns when it listens; throws if there is no dbus-daemon.
    explicit SystemBus(const Home& home);
    ~SystemBus();
    SystemBus(const SystemBus&) = delete;
    SystemBus& operator=(const SystemBus&) = delete;

  private:
    pid_t process_ = -1;
};

class FakeLogind {
  public:
    /// A session and the user it belongs to.
    struct Session {
        const char* path;
        std::uint32_t user;
        std::size_t questions = 0;  // how often its user was asked for
    };

    /// Owns logind's name on the home's bus from now on.
    explicit FakeLogind(const Home& home);
    ~FakeLogind();
    FakeLogind(const FakeLogind&) = delete;
    FakeLogind& operator=(const FakeLogind&) = delete;

    /// Serves until that is so; false after half a minute.
    bool until(const std::function<bool()>& condition);

    /// How many delay inhibitors for sleep were given so far, and whether the last one is held.
    std::size_t inhibitors() const { return inhibitors_; }
    bool inhibited() const;

    void announce_sleep(bool begins);
    void announce_lock(const Session& session);
    /// What a desktop does that locks its screen without being told to.
    void hint_locked(const Session& session);

    Session ours;
    Session theirs;

  private:
    struct Calls;  // what sd-bus calls
    std::unique_ptr<sd_bus, sd_bus* (*)(sd_bus*)> bus_;
    std::size_t inhibitors_ = 0;
    int held_ = -1;  // reads the end of the pipe whose other end is the inhibitor
};

}  // namespace sparekey::tests
