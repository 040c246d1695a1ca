// The agent and logind: locked before the machine sleeps and when the screen locks (L-31).
#include "tests/support/agent_peer.h"
#include "tests/support/fake_logind.h"
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <csignal>
#include <memory>

namespace sparekey::tests {
namespace {

class WatchedHome : public Home {
  public:
    WatchedHome() {
        init();
        run({"add", "GitHub", "--username", "alice", "--stdin"}, R"({"password":"first secret"})");
    }
    void unlock() const { REQUIRE(run({"unlock"}).status == 0); }
    bool serves() const { return run_bare({"get", "github", "password"}).out == "first secret\n"; }
    pid_t agent() const { return AgentPeer(runtime_folder() + "/agent.sock").process(); }
    std::vector<pid_t> watches() const { return children_of(agent(), "sparekey-logind"); }
};

/// A logind that has given the agent its inhibitor, and an open vault.
class Watched {
  public:
    Watched() : bus(home), logind(home) {
        home.unlock();
        REQUIRE(logind.until([&] { return logind.inhibited(); }));
    }
    bool locks() {
        return logind.until([&] { return workers_of(home.agent()).empty(); });
    }
    /// All that was announced so far has been dealt with: the watch answers in order.
    void settle() {
        const std::size_t before = logind.inhibitors();
        logind.announce_sleep(false);
        REQUIRE(logind.until([&] { return logind.inhibitors() > before; }));
    }

    WatchedHome home;
    SystemBus bus;
    FakeLogind logind;
};

bool is_gone(pid_t process) {
    return ::kill(process, 0) != 0;
}

}  // namespace

TEST_CASE("the machine sleeps only when every vault is locked",
          "[scenario][agent][mutant:sleep-lock]") {
    Watched watched;
    const pid_t worker = workers_of(watched.home.agent()).at(0);
    // It has to be ended by force, seconds after it was told to: a sleep that did not wait for that
    // would find it here.
    REQUIRE(::kill(worker, SIGSTOP) == 0);
    watched.logind.announce_sleep(true);
    REQUIRE(watched.logind.until([&] { return !watched.logind.inhibited(); }));
    REQUIRE(is_gone(worker));  // else it would keep the next command waiting
    CHECK(watched.home.run_bare({"get", "github", "password"}).status == 5);
    // And the next time too.
    watched.logind.announce_sleep(false);
    REQUIRE(watched.logind.until([&] { return watched.logind.inhibited(); }));
    CHECK(watched.logind.inhibitors() == 2);
    watched.home.unlock();
    CHECK(watched.home.serves());
    watched.logind.announce_sleep(true);
    CHECK(watched.logind.until([&] { return !watched.logind.inhibited(); }));
    CHECK(watched.home.run_bare({"get", "github", "password"}).status == 5);
}

TEST_CASE("the lock of our session locks, another user's does not", "[scenario][agent]") {
    Watched watched;
    watched.logind.announce_lock(watched.logind.theirs);
    watched.logind.hint_locked(watched.logind.theirs);
    watched.settle();
    CHECK(watched.logind.theirs.questions == 2);
    CHECK(watched.home.serves());
    watched.logind.announce_lock(watched.logind.ours);
    CHECK(watched.locks());
    CHECK(watched.home.run_bare({"get", "github", "password"}).status == 5);
    watched.home.unlock();
    CHECK(watched.home.serves());
    watched.logind.hint_locked(watched.logind.ours);
    CHECK(watched.locks());
    // A screen lock is no sleep: the inhibitor stays.
    watched.settle();
    CHECK(watched.logind.inhibited());
}

TEST_CASE("an agent that hangs does not hold up the sleep for ever", "[scenario][agent]") {
    Watched watched;
    const pid_t agent = watched.home.agent();
    REQUIRE(::kill(agent, SIGSTOP) == 0);
    watched.logind.announce_sleep(true);
    CHECK(watched.logind.until([&] { return !watched.logind.inhibited(); }));
    // What it missed it makes up for.
    REQUIRE(::kill(agent, SIGCONT) == 0);
    CHECK(watched.locks());
}

TEST_CASE("logind and the bus may come late, go, and come back", "[scenario][agent]") {
    const WatchedHome home;
    auto bus = std::make_unique<SystemBus>(home);
    home.unlock();
    CHECK(home.watches().size() == 1);
    auto logind = std::make_unique<FakeLogind>(home);
    CHECK(logind->until([&] { return logind->inhibited(); }));
    logind.reset();
    logind = std::make_unique<FakeLogind>(home);
    CHECK(logind->until([&] { return logind->inhibited(); }));
    // Without the bus the watch ends; what was open stays open, and opens again.
    bus.reset();
    CHECK(logind->until([&] { return home.watches().empty(); }));
    CHECK(home.serves());
    CHECK(home.run_bare({"lock"}).status == 0);
    home.unlock();
    CHECK(home.serves());
    // The next unlock finds the bus that is there again.
    logind.reset();
    bus = std::make_unique<SystemBus>(home);
    logind = std::make_unique<FakeLogind>(home);
    CHECK(logind->until([&] { return home.watches().empty(); }));
    home.unlock();
    REQUIRE(logind->until([&] { return logind->inhibited(); }));
    logind->announce_lock(logind->ours);
    CHECK(logind->until([&] { return workers_of(home.agent()).empty(); }));
}

TEST_CASE("doctor says whether the agent hears of a suspend and a locked screen",
          "[scenario][agent]") {
    const WatchedHome home;
    const auto told = [&](const std::string& what) {
        return has(home.run_bare({"doctor", "--json"}).out, what);
    };
    const std::string hears = R"({"name":"suspend and screen lock","ok":true,"detail":"the agent )"
                              R"(locks when logind says so")";
    CHECK(has(home.run({"doctor", "--json"}).out, "no agent runs"));
    const SystemBus bus(home);
    home.unlock();
    CHECK(told("does not hear"));
    CHECK(told("sparekey lock before"));
    auto logind = std::make_unique<FakeLogind>(home);
    CHECK(logind->until([&] { return told(hears); }));
    logind.reset();
    CHECK(FakeLogind(home).until([&] { return told(hears); }));
    const auto gone = [&] { return told("does not hear"); };
    for (int tries = 0; tries < 100 && !gone(); ++tries) ::usleep(50'000);
    CHECK(gone());
}

TEST_CASE("the watch ends with its agent, however that ends", "[scenario][agent]") {
    Watched watched;
    for (const int signal : {SIGTERM, SIGKILL}) {
        INFO("signal " << signal);
        watched.home.unlock();
        REQUIRE(watched.logind.until([&] { return watched.logind.inhibited(); }));
        const pid_t watch = watched.home.watches().at(0);
        ::kill(watched.home.agent(), signal);
        CHECK(watched.logind.until([&] { return is_gone(watch); }));
        CHECK(watched.logind.until([&] { return !watched.logind.inhibited(); }));
    }
}

TEST_CASE("a watch that was killed is no loss but its own", "[scenario][agent]") {
    Watched watched;
    ::kill(watched.home.watches().at(0), SIGKILL);
    CHECK(watched.logind.until([&] { return watched.home.watches().empty(); }));
    CHECK(watched.home.serves());
    watched.home.unlock();
    REQUIRE(watched.logind.until([&] { return watched.logind.inhibited(); }));
    watched.logind.announce_lock(watched.logind.ours);
    CHECK(watched.locks());
}

}  // namespace sparekey::tests
