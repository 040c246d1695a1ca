// Peers that do not speak as they should: refused, others served, memory flat.
#include "cli/agent/message_codec.h"
#include "tests/support/agent_peer.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <iostream>

namespace sparekey::tests {
namespace {

using namespace cli;

class AttackedHome : public Home {
  public:
    AttackedHome() {
        init();
        run({"add", "GitHub", "--username", "alice", "--stdin"}, R"({"password":"first secret"})");
        REQUIRE(run({"unlock"}).status == 0);
        agent = AgentPeer(socket()).process();
        worker = workers_of(agent).at(0);
    }
    std::string socket() const { return runtime_folder() + "/agent.sock"; }
    bool serves() const { return run_bare({"get", "github", "password"}).out == "first secret\n"; }
    agent::Hello hello(agent::Wish wish = agent::Wish::ask) const {
        return {SPAREKEY_VERSION, wish, vault_folder(), state_folder(), "test"};
    }
    /// Greeted, and with the worker.
    AgentPeer greeted() const {
        AgentPeer peer(socket());
        REQUIRE(peer.send_frame(agent::encode(hello()).expose()));
        const std::size_t size = 4 + agent::encode(agent::Welcome{SPAREKEY_VERSION, {}}).size();
        REQUIRE(peer.receive(5000, size).size() == size);
        return peer;
    }
    long resident() const { return resident_kib(agent) + resident_kib(worker); }

    pid_t agent = -1;
    pid_t worker = -1;
};

core::Bytes random_bytes(SeededRandom& random, std::size_t most) {
    core::Bytes bytes(random.below(most + 1));
    random.fill(bytes);
    return bytes;
}

int bound_to(const std::string& socket) {
    const int listening = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return listening;
}

void send_welcome(int peer, const core::SecretBytes& welcome) {
    const std::uint8_t length[4] = {static_cast<std::uint8_t>(welcome.size()), 0, 0, 0};
    ::send(peer, length, 4, MSG_NOSIGNAL);
    ::send(peer, welcome.expose().data(), welcome.size(), MSG_NOSIGNAL);
}

/// What a flat memory may grow by. A sanitizer keeps what was freed: 256 MiB, and what surrounds
/// it.
#ifdef SPAREKEY_SANITIZED
constexpr long kSlack_kib = 600 * 1024;
#else
constexpr long kSlack_kib = 32 * 1024;
#endif

}  // namespace

TEST_CASE("malformed frames end their connection and nothing else", "[scenario][agent][hostile]") {
    const AttackedHome home;
    SeededRandom random;
    const long before = home.resident();
    const std::size_t frames = count(10000);
    std::size_t closed = 0;
    for (std::size_t i = 0; i < frames; ++i) {
        AgentPeer peer = random.coin() ? home.greeted() : AgentPeer(home.socket());
        REQUIRE(peer.connected());
        core::Bytes frame = random_bytes(random, 300);
        // A question of a known kind with nonsense after it; or anything.
        if (random.coin() && !frame.empty()) {
            frame[0] =
                static_cast<std::uint8_t>(random.below(std::variant_size_v<agent::Question> + 2));
        }
        if (random.below(4) == 0) {
            peer.send(frame);
        } else {
            peer.send_frame(frame);
        }
        if (random.below(50) == 0) closed += peer.is_closed(3000) ? 1U : 0U;
    }
    CHECK(home.serves());
    CHECK(::kill(home.worker, 0) == 0);
    const long grown = home.resident() - before;
    std::cout << "agent: " << frames << " malformed frames, " << closed
              << " of the watched ones closed, memory grew by " << grown << " KiB\n";
    CHECK(grown < kSlack_kib);
    CHECK(home.run_bare({"doctor"}).status == 0);
}

TEST_CASE("a header that claims four gigabytes is refused before anything is allocated",
          "[scenario][agent][hostile]") {
    const AttackedHome home;
    const long before = home.resident();
    const std::uint8_t claims[][4] = {
        {0xff, 0xff, 0xff, 0xff}, {0, 0, 0, 0x80}, {1, 0x10, 0x80, 0}};
    for (const auto& header : claims) {
        AgentPeer fresh(home.socket());
        fresh.send(header);
        CHECK(fresh.is_closed(3000));
        AgentPeer greeted = home.greeted();
        greeted.send(header);
        CHECK(greeted.is_closed(3000));
    }
    // The largest length that is taken, without the bytes: memory follows what came.
    std::vector<AgentPeer> waiting;
    for (int i = 0; i < 100; ++i) {
        waiting.push_back(home.greeted());
        const std::uint8_t header[] = {0, 0x10, 0x80, 0};  // a page of a sync
        waiting.back().send(header);
    }
    CHECK(home.serves());
    CHECK(home.resident() - before < kSlack_kib);
}

TEST_CASE("a thousand connections that say nothing keep nobody out", "[scenario][agent][hostile]") {
    const AttackedHome home;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const std::size_t connections = count(1000);
    const long before = home.resident();
    std::vector<AgentPeer> silent;
    for (std::size_t i = 0; i < connections; ++i) {
        silent.push_back(i % 2 == 0 ? AgentPeer(home.socket()) : home.greeted());
        REQUIRE(silent.back().connected());
        if (i % 250 == 0) CHECK(home.serves());
    }
    CHECK(home.serves());
    CHECK(home.resident() - before < kSlack_kib);
}

TEST_CASE("a reader that takes nothing keeps nobody waiting", "[scenario][agent][hostile]") {
    const AttackedHome home;
    std::string csv = "name,url,username,password\n";
    for (int i = 0; i < 3000; ++i) csv += "Site " + std::to_string(i) + ",https://x.example,u,p\n";
    write_text(home.file("chrome.csv"), csv);
    REQUIRE(home.run_bare({"import", "chrome-csv", home.file("chrome.csv")}).status == 0);
    const core::SecretBytes everything = agent::encode(agent::Question(agent::Find{}));
    const long before = home.resident();
    std::vector<AgentPeer> slow;
    for (std::size_t i = 0; i < 100; ++i) {
        slow.push_back(home.greeted());
        // A hundred answers each, of which none is taken.
        for (int j = 0; j < 100; ++j) {
            if (!slow.back().send_frame(everything.expose())) break;
        }
    }
    CHECK(home.serves());
    // At most 64 MiB wait to be taken, beside what memory the answers were made of.
    CHECK(home.resident() - before < 100 * 1024 + kSlack_kib);
}

TEST_CASE("another user is not spoken to", "[scenario][agent][hostile][mutant:agent-peer]") {
    if (::geteuid() != 0) SKIP("only root can become another user");
    const AttackedHome home;
    // Somebody opened the doors that the agent made.
    ::chmod(home.path().c_str(), 0755);
    ::chmod(home.file("run").c_str(), 0755);
    ::chmod(home.runtime_folder().c_str(), 0755);
    ::chmod(home.socket().c_str(), 0666);
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(3);
        AgentPeer peer(home.socket());
        if (!peer.connected()) ::_exit(2);
        peer.send_frame(agent::encode(home.hello()).expose());
        ::_exit(peer.receive(3000, 4).empty() ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a socket that another user serves gets no password",
          "[scenario][agent][hostile][mutant:agent-peer]") {
    if (::geteuid() != 0) SKIP("only root can become another user");
    const Home home;
    home.init();
    home.run({"add", "GitHub", "--generate"});
    ::mkdir(home.runtime_folder().c_str(), 0700);
    const std::string socket = home.runtime_folder() + "/agent.sock";
    // Bound as root, so that its owner looks right; listened on by somebody else.
    const int listening = bound_to(socket);
    const pid_t impostor = ::fork();
    if (impostor == 0) {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(3);
        ::listen(listening, 8);
        const auto welcome =
            agent::encode(agent::Welcome{SPAREKEY_VERSION, agent::VaultState::open});
        for (;;) {
            const int peer = ::accept(listening, nullptr, nullptr);
            send_welcome(peer, welcome);
            ::close(peer);
        }
    }
    // Until it listens nobody does.
    for (int tries = 0; tries < 500 && !AgentPeer(socket).connected(); ++tries) ::usleep(10000);
    CHECK(home.run({"unlock"}).status == 8);
    CHECK(home.run({"get", "github"}).status == 8);
    CHECK(home.run({"--no-agent", "get", "github"}).status == 0);
    ::kill(impostor, SIGKILL);
    ::waitpid(impostor, nullptr, 0);
    ::close(listening);
}

TEST_CASE("an agent of another version is replaced", "[scenario][agent]") {
    const Home home;
    home.init();
    home.run({"add", "GitHub", "--generate"});
    ::mkdir(home.runtime_folder().c_str(), 0700);
    const std::string socket = home.runtime_folder() + "/agent.sock";
    const int listening = bound_to(socket);
    ::listen(listening, 8);
    // Says another version to whoever asks, and ends when it is told to stop.
    const pid_t old = ::fork();
    if (old == 0) {
        const auto welcome = agent::encode(agent::Welcome{"0.0.1", agent::VaultState::open});
        for (;;) {
            const int peer = ::accept(listening, nullptr, nullptr);
            std::uint8_t block[4096];
            const ssize_t got = ::recv(peer, block, sizeof block, 0);
            const auto hello = agent::decode_hello(core::ByteView(block).subspan(
                4, static_cast<std::size_t>(std::max<ssize_t>(got, 4)) - 4));
            const bool stops = hello && hello->wish == agent::Wish::stop;
            if (stops) ::close(listening);  // as every version does before it answers
            send_welcome(peer, welcome);
            if (stops) ::_exit(0);
            ::close(peer);
        }
    }
    ::close(listening);
    CHECK(home.run({"unlock"}).status == 0);
    int status = -1;
    CHECK(::waitpid(old, &status, 0) == old);
    CHECK(home.run_bare({"get", "github"}).status == 0);
}

}  // namespace sparekey::tests
