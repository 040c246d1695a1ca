// The process that stands by after a sync: it does the next one as the command itself would, ends
// with the lock, and nobody needs it.
#include "cli/standby.h"

#include "cli/agent/message_codec.h"
#include "cli/agent/runtime_folder.h"
#include "cli/agent/socket.h"
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>
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
    /// Nobody, if there is none: 0 would be everybody here.
    void kill() const {
        if (const pid_t held = process(); held > 0) ::kill(held, SIGKILL);
    }
    /// It was told to, so that a few seconds are enough.
    bool ends(pid_t former) const {
        for (int tries = 0; tries < 500 && process() == former; ++tries) ::usleep(10'000);
        return process() != former;
    }
    agent::Socket connect() const {
        auto file = agent::connect_to(place());
        REQUIRE(file);
        REQUIRE(file->is_open());
        return agent::Socket(*std::move(file));
    }

    std::vector<std::string> environment() const {
        return {"HOME=" + home.path(), "XDG_RUNTIME_DIR=" + home.file("run")};
    }
    /// That of its callers: this process is in the same namespaces.
    static std::vector<std::string> network() {
        auto all = cli::network_of_this_process();
        std::erase_if(all, [](const std::string& one) { return !one.ends_with(']'); });
        return all;
    }
    /// Sockets of the process that stands by: one more once it speaks to the server.
    std::size_t sockets() const {
        std::size_t count = 0;
        for (const auto& one :
             std::filesystem::directory_iterator("/proc/" + std::to_string(process()) + "/fd")) {
            std::error_code gone;
            count += has(std::filesystem::read_symlink(one, gone).string(), "socket:") ? 1U : 0U;
        }
        return count;
    }

    Landscape there;
    MemberHome member{there};
    const Home& home = member.home;
};

/// As a program may leave it to whatever it starts.
void block_sigio() {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGIO);
    ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
}

}  // namespace

TEST_CASE("after a sync a process stands by, and does the next ones",
          "[sync][service][login][standby]") {
    StandingBy on;
    const pid_t process = on.process();
    REQUIRE(on.home.run_bare({"add", "Bank", "--username", "here"}).status == 0);

    const std::size_t sockets = on.sockets();
    const Outcome sent = on.home.run_bare({"sync", "--json"});
    CHECK(sent.status == 0);
    CHECK(has(sent.out, R"("pushed":1,)"));
    CHECK(sent.err == "");
    // Soon by a connection that is not the command's own: on a busy machine it may be done without.
    CHECK(becomes_true([&] {
        return on.home.run_bare({"sync"}).out == "nothing new\n" && on.sockets() > sockets;
    }));
    CHECK(on.process() == process);
    const auto last_sync = [&] {
        return json_text(on.home.run_bare({"status", "--json"}).out, "last_sync");
    };
    const std::string synced = last_sync();
    CHECK(synced != "");
    CHECK(on.home.run_bare({"lock"}).status == 0);
    CHECK(becomes_true([&] { return on.is_gone(); }));
    CHECK(has(on.home.run_bare({"sync"}).err, "locked"));
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
    CHECK(has(by_it.err, on.there.server.origin()));
    const auto alike = [&](int status) {
        const Outcome standing_by = on.home.run_bare({"sync", "--json"});
        on.kill();
        CHECK(becomes_true([&] { return on.is_gone(); }));
        const Outcome itself = on.home.run_bare({"sync", "--json"});
        CHECK(standing_by.status == status);
        CHECK(itself.status == status);
        CHECK(itself.out == standing_by.out);
        CHECK(itself.err == standing_by.err);
    };
    alike(7);
    on.there.server.start();
    REQUIRE(on.home.run_bare({"sync"}).status == 0);
    REQUIRE(becomes_true([&] { return on.listens(); }));
    REQUIRE(on.home.run_bare({"logout"}).status == 0);
    alike(6);  // told by the answer, which has errors, too
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
    CHECK(on.ends(process));
    on.member.home.unset("http_proxy");
    CHECK(on.home.run_bare({"sync"}).status == 0);
    CHECK(becomes_true([&] { return on.listens(); }));
    // What a wrapper loads before the C library reaches another network, too.
    const pid_t second = on.process();
    on.member.home.set({"LD_PRELOAD=libm.so.6"});
    CHECK(on.home.run_bare({"sync"}).status == 0);
    CHECK(on.ends(second));
}

TEST_CASE("who stands by ends with a caller that is killed", "[sync][service][login][standby]") {
    StandingBy on;
    const pid_t process = on.process();
    const std::string output = "/proc/" + std::to_string(process) + "/fd/1";
    ::kill(on.there.server.process(), SIGSTOP);
    // A busy one is done without, and that one goes on.
    CHECK(becomes_true([&] {
        RunningCommand waiting(on.home, {"sync"});
        ::usleep(500'000);
        std::error_code gone;
        const bool is_taken = std::filesystem::read_symlink(output, gone) != "/dev/null";
        return waiting.kill() && is_taken;
    }));
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
    // One that the first sync began may only come now.
    REQUIRE(becomes_true([&] {
        on.kill();
        return on.is_gone();
    }));
    // What it left at its place is nobody's.
    CHECK(std::filesystem::exists(on.place()));
    CHECK(on.home.run_bare({"sync"}).status == 0);
    REQUIRE(becomes_true([&] { return on.listens() && on.process() != process; }));

    for (const std::string kind : {"file", "link", "folder"}) {
        INFO(kind);
        write_text(on.home.file("own"), "mine");
        // One that the sync before began may only come now.
        REQUIRE(becomes_true([&] {
            std::error_code failure;
            on.kill();
            std::filesystem::remove(on.place(), failure);
            if (kind == "link") {
                std::filesystem::create_symlink(on.home.file("own"), on.place(), failure);
            } else if (kind == "folder") {
                std::filesystem::create_directory(on.place(), failure);
            } else {
                write_text(on.place(), "mine");
            }
            return !std::filesystem::is_socket(std::filesystem::symlink_status(on.place())) &&
                   !failure && on.is_gone();
        }));
        CHECK(on.home.run_bare({"sync"}).status == 0);
        CHECK(read_text(on.home.file("own")) == "mine");
        CHECK(std::filesystem::exists(std::filesystem::symlink_status(on.place())));
    }
}

TEST_CASE("one that takes nothing keeps nobody waiting", "[sync][service][login][standby]") {
    StandingBy on;
    const pid_t process = on.process();
    ::kill(process, SIGSTOP);
    std::vector<agent::Socket> queue;  // more than the kernel keeps for it
    for (int at = 0; at < 32; ++at) {
        auto file = agent::connect_to(on.place(), std::chrono::milliseconds(10));
        if (!file || !file->is_open()) break;
        queue.emplace_back(*std::move(file));
    }
    CHECK(queue.size() < 32);
    CHECK(on.home.run_bare({"sync"}).status == 0);
    queue.clear();
    for (const char* const name : {"A", "B", "C", "D"}) {
        on.member.home.environment[name] = std::string(100'000, 'x');
    }
    CHECK(on.home.run_bare({"sync"}).status == 0);
    ::kill(process, SIGCONT);
    CHECK(on.home.run_bare({"sync"}).status == 0);
    CHECK(on.process() == process);
}

TEST_CASE("who stands by ends with the lock whatever it was started by",
          "[sync][service][login][standby]") {
    StandingBy on;
    on.kill();
    REQUIRE(becomes_true([&] { return on.is_gone(); }));
    on.member.home.in_child = block_sigio;
    REQUIRE(on.home.run_bare({"sync"}).status == 0);
    on.member.home.in_child = nullptr;
    REQUIRE(becomes_true([&] { return on.listens(); }));
    REQUIRE(on.home.run_bare({"lock"}).status == 0);
    CHECK(becomes_true([&] { return on.is_gone(); }));
    // Nobody's lesser share of the machine becomes everybody's.
    REQUIRE(on.home.run({"unlock"}).status == 0);
    on.member.home.in_child = [] { [[maybe_unused]] const int slow = ::nice(5); };
    REQUIRE(on.home.run_bare({"sync"}).status == 0);
    on.member.home.in_child = nullptr;
    CHECK(on.is_gone());
}

TEST_CASE("a password on standard input is read by the command itself",
          "[sync][service][login][standby]") {
    StandingBy on;
    on.member.home.set({"SPAREKEY_PASSWORD_FILE=-"});
    CHECK(on.home.run_bare({"sync"}, "any line\n").status == 0);
    on.member.home.unset("SPAREKEY_PASSWORD_FILE");
}

TEST_CASE("who stands by takes orders to sync from its own version, and no others",
          "[sync][service][login][standby]") {
    StandingBy on;
    const pid_t process = on.process();
    const auto answer = [&](const agent::StandbyOrder& order) {
        agent::Socket caller = on.connect();
        REQUIRE(caller.send(agent::encode(order).expose()));
        REQUIRE(caller.receive(agent::kLongestHello));
        return caller.receive(agent::kLongestHello);
    };
    {
        agent::Socket babbler = on.connect();
        REQUIRE(babbler.send(core::bytes_of("no order at all")));
        CHECK_FALSE(babbler.receive(agent::kLongestHello));
    }
    { agent::Socket silent = on.connect(); }
    // Done by the caller then, who is told what is wrong.
    CHECK_FALSE(answer({SPAREKEY_VERSION, {"get", "Bank"}, on.environment(), on.network()}));
    CHECK_FALSE(answer({SPAREKEY_VERSION, {"sync", "x"}, on.environment(), on.network()}));
    const auto synced =
        answer({SPAREKEY_VERSION, {"sync", "--quiet"}, on.environment(), on.network()});
    REQUIRE(synced);
    const auto said = agent::decode_standby_answer(synced->expose());
    REQUIRE(said);
    CHECK(said->output == "nothing new\n");
    CHECK(said->errors == "");
    CHECK_FALSE(said->error);
    CHECK(on.process() == process);

    agent::Socket newer = on.connect();
    REQUIRE(
        newer.send(agent::encode(agent::StandbyOrder{"99", {"sync"}, {}, on.network()}).expose()));
    CHECK_FALSE(newer.receive(agent::kLongestHello));
    CHECK(becomes_true([&] { return on.is_gone(); }));
}

}  // namespace sparekey::tests
