// The process that stands by after a sync: it does the next one as the command itself would, ends
// with the lock, and nobody needs it.
#include "cli/agent/message_codec.h"
#include "cli/agent/runtime_folder.h"
#include "cli/agent/socket.h"
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sparekey::tests {
namespace {

namespace agent = cli::agent;

/// The process that holds the lock of a file; 0: nobody does.
pid_t holder_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return 0;
    const std::string inode = ":" + std::to_string(status.st_ino);
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        std::istringstream words(line);
        std::string number, kind, advisory, access, file;
        pid_t process = 0;
        words >> number >> kind >> advisory >> access >> process >> file;
        if (kind == "FLOCK" && file.ends_with(inode)) return process;
    }
    return 0;
}

/// A member's home whose agent has the vault open.
struct StandingBy {
    StandingBy() {
        REQUIRE(home.run({"unlock"}).status == 0);
        REQUIRE(home.run_bare({"sync"}).status == 0);
        REQUIRE(becomes_true([&] { return listens(); }));
    }
    ~StandingBy() { home.run_bare({"agent", "--stop"}); }

    agent::RuntimeFolder folder() const { return {home.runtime_folder()}; }
    std::string vault() const { return std::filesystem::canonical(home.vault_folder()).string(); }
    std::string place() const { return folder().standby_socket(vault()); }
    pid_t process() const { return holder_of(folder().standby_lock(vault())); }
    /// Asked of the kernel, since whoever connects is waited for.
    bool listens() const { return process() != 0 && std::filesystem::exists(place()); }
    bool is_gone() const { return process() == 0; }
    agent::Socket connect() const {
        auto file = agent::connect_to(place());
        REQUIRE(file);
        REQUIRE(file->is_open());
        return agent::Socket(*std::move(file));
    }

    Landscape there;
    MemberHome member{there};
    const Home& home = member.home;
};

/// So few descriptors that a command cannot speak to an agent and to a server at once.
void leave_few_descriptors() {
    const rlimit few{5, 5};
    ::setrlimit(RLIMIT_NOFILE, &few);
}

}  // namespace

TEST_CASE("after a sync a process stands by, and does the next ones",
          "[sync][service][login][standby]") {
    StandingBy on;
    const pid_t process = on.process();
    REQUIRE(on.home.run_bare({"add", "Bank", "--username", "here"}).status == 0);

    on.member.home.in_child = leave_few_descriptors;
    const Outcome sent = on.home.run_bare({"sync", "--json"});
    CHECK(sent.status == 0);
    CHECK(has(sent.out, R"("pushed":1,)"));
    CHECK(sent.err == "");
    CHECK(on.home.run_bare({"sync"}).out == "nothing new\n");
    CHECK(on.process() == process);
    // What is not for it needs more.
    CHECK(on.home.run_bare({"sync", "--watch"}).status != 0);

    on.member.home.in_child = nullptr;
    const auto last_sync = [&] {
        return json_text(on.home.run_bare({"status", "--json"}).out, "last_sync");
    };
    const std::string synced = last_sync();
    CHECK(synced != "");
    CHECK(on.home.run_bare({"lock"}).status == 0);
    CHECK(becomes_true([&] { return on.is_gone(); }));
    CHECK(has(on.home.run_bare({"sync"}).err, "locked"));
    on.member.home.in_child = leave_few_descriptors;
    CHECK(on.home.run_bare({"sync"}).status != 0);
    on.member.home.in_child = nullptr;
    // It was kept by the agent, and is written when that locks.
    REQUIRE(on.home.run({"unlock"}).status == 0);
    CHECK(last_sync() == synced);
}

TEST_CASE("what went wrong is said as the command itself says it",
          "[sync][service][login][standby]") {
    StandingBy on;
    on.there.server.stop();
    const Outcome by_it = on.home.run_bare({"sync", "--json"});
    CHECK(by_it.status == 7);
    CHECK(by_it.out == "");
    CHECK(json_text(by_it.err, "code") == "offline");
    ::kill(on.process(), SIGKILL);
    CHECK(becomes_true([&] { return on.is_gone(); }));
    const Outcome itself = on.home.run_bare({"sync", "--json"});
    CHECK(itself.status == by_it.status);
    CHECK(itself.err == by_it.err);
}

TEST_CASE("another network is another process's",
          "[sync][service][login][standby][mutant:standby-network]") {
    StandingBy on;
    const pid_t process = on.process();
    REQUIRE(on.home.run_bare({"sync"}).status == 0);
    on.member.home.set({"http_proxy=http://127.0.0.1:9", "UNRELATED=1"});
    const Outcome proxied = on.home.run_bare({"sync"});
    CHECK(proxied.status == 7);
    CHECK(has(proxied.err, "proxy"));
    CHECK(becomes_true([&] { return on.process() != process; }));
    on.member.home.unset("http_proxy");
    CHECK(on.home.run_bare({"sync"}).status == 0);
    CHECK(becomes_true([&] { return on.listens(); }));
}

TEST_CASE("who stands by ends with a caller that is killed", "[sync][service][login][standby]") {
    StandingBy on;
    const pid_t process = on.process();
    ::kill(on.there.server.process(), SIGSTOP);
    {
        RunningCommand waiting(on.home, {"sync"});
        // It holds a connection of the caller's then.
        REQUIRE(becomes_true([&] {
            return std::filesystem::read_symlink("/proc/" + std::to_string(process) + "/fd/1") !=
                   "/dev/null";
        }));
        CHECK(waiting.kill());
    }
    CHECK(becomes_true([&] { return on.is_gone(); }));
    ::kill(on.there.server.process(), SIGCONT);
    CHECK(on.home.run_bare({"sync"}).status == 0);
    CHECK(becomes_true([&] { return on.listens(); }));
}

TEST_CASE("one that does not answer is done without", "[sync][service][login][standby]") {
    StandingBy on;
    const pid_t process = on.process();
    ::kill(process, SIGSTOP);
    CHECK(on.home.run_bare({"sync"}).status == 0);
    ::kill(process, SIGCONT);
    CHECK(on.home.run_bare({"sync"}).status == 0);
    CHECK(on.process() == process);
    ::kill(process, SIGKILL);
    REQUIRE(becomes_true([&] { return on.is_gone(); }));
    // What it left at its place is nobody's.
    CHECK(std::filesystem::exists(on.place()));
    CHECK(on.home.run_bare({"sync"}).status == 0);
    REQUIRE(becomes_true([&] { return on.listens() && on.process() != process; }));

    ::kill(on.process(), SIGKILL);
    REQUIRE(becomes_true([&] { return on.is_gone(); }));
    for (const char* const kind : {"file", "link", "folder"}) {
        INFO(kind);
        std::filesystem::remove(on.place());
        write_text(on.home.file("own"), "mine");
        if (std::string(kind) == "file") write_text(on.place(), "mine");
        if (std::string(kind) == "link") {
            std::filesystem::create_symlink(on.home.file("own"), on.place());
        }
        if (std::string(kind) == "folder") std::filesystem::create_directory(on.place());
        CHECK(on.home.run_bare({"sync"}).status == 0);
        CHECK(read_text(on.home.file("own")) == "mine");
        CHECK(std::filesystem::exists(std::filesystem::symlink_status(on.place())));
    }
}

TEST_CASE("who stands by takes orders to sync from its own version, and no others",
          "[sync][service][login][standby]") {
    StandingBy on;
    const pid_t process = on.process();
    const auto answer = [&](const agent::StandbyOrder& order) {
        agent::Socket caller = on.connect();
        REQUIRE(caller.send(agent::encode(order).expose()));
        REQUIRE(caller.receive(agent::kLongestHello));
        REQUIRE(caller.send({}, STDOUT_FILENO));
        REQUIRE(caller.send({}, STDERR_FILENO));
        const auto frame = caller.receive(agent::kLongestHello);
        REQUIRE(frame);
        std::vector<std::string> warnings;
        return agent::decode_answer<agent::Nothing>(frame->expose(), warnings);
    };
    {
        agent::Socket babbler = on.connect();
        REQUIRE(babbler.send(core::bytes_of("no order at all")));
        CHECK_FALSE(babbler.receive(agent::kLongestHello));
    }
    { agent::Socket silent = on.connect(); }
    const auto other = answer({SPAREKEY_VERSION, {"get", "Bank"}, {"HOME=" + on.home.path()}});
    REQUIRE_FALSE(other);
    CHECK(other.error().code == core::ErrorCode::usage);
    CHECK(on.process() == process);

    agent::Socket newer = on.connect();
    REQUIRE(newer.send(agent::encode(agent::StandbyOrder{"99", {"sync"}, {}}).expose()));
    CHECK_FALSE(newer.receive(agent::kLongestHello));
    CHECK(becomes_true([&] { return on.is_gone(); }));
}

}  // namespace sparekey::tests
