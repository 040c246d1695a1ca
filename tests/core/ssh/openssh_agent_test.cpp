// The real ssh-add and ssh-keygen as clients of the agent's protocol, over a socket of the test's.
#include "tests/core/ssh/example_agent.h"
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace sparekey::core {
namespace {

using namespace tests;

bool read_all(int socket, MutableBytes into) {
    while (!into.empty()) {
        const ssize_t got = ::read(socket, into.data(), into.size());
        if (got <= 0) return false;
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

/// Serves one client after the other until it is destroyed.
class SocketAgent {
  public:
    explicit SocketAgent(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        REQUIRE(path.size() < sizeof address.sun_path);
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(socket_, 4) == 0);
        server_ = std::thread([this] { serve(); });
    }
    ~SocketAgent() {
        ::shutdown(socket_, SHUT_RDWR);
        server_.join();
        ::close(socket_);
    }
    SocketAgent(const SocketAgent&) = delete;
    SocketAgent& operator=(const SocketAgent&) = delete;

    std::size_t signatures() const { return signatures_; }

  private:
    void serve() {
        ExampleAgent agent;
        for (int client = 0; (client = ::accept(socket_, nullptr, nullptr)) >= 0;) {
            std::array<std::uint8_t, 4> prefix{};
            while (read_all(client, prefix)) {
                const auto size = agent_message_size(prefix);
                if (!size) break;
                Bytes message(*size);
                if (!read_all(client, message)) break;
                const Bytes answer = framed_agent_message(answer_agent_request(message, agent));
                signatures_ = agent.signatures;
                if (::write(client, answer.data(), answer.size()) < 0) break;
            }
            ::close(client);
        }
    }

    int socket_;
    std::atomic<std::size_t> signatures_ = 0;
    std::thread server_;
};

}  // namespace

TEST_CASE("ssh-add lists the keys, ssh-keygen signs by them, and nothing is added or removed",
          "[core][ssh][openssh]") {
    const Home home;
    example_keys();
    const SocketAgent agent(home.file("s"));
    const auto shell = [&](const std::string& command) {
        return std::system(("cd " + home.path() + " && SSH_AUTH_SOCK=$PWD/s " + command).c_str());
    };
    CHECK(shell("ssh-add -l >list") == 0);
    const std::string list = read_text(home.file("list"));
    write_text(home.file("message"), "hello\n");
    std::size_t signatures = 0;
    for (const SshPrivateKey& key : example_keys()) {
        INFO(wire_name(key.kind()));
        CHECK(list.find(key.public_key().fingerprint() + " " +
                        std::string(wire_name(key.kind()))) != std::string::npos);
        write_text(home.file("key.pub"), key.public_key().line("") + "\n");
        CHECK(shell("ssh-keygen -q -Y sign -n file -f key.pub message 2>/dev/null") == 0);
        CHECK(agent.signatures() == ++signatures);
        CHECK(shell("ssh-keygen -Y check-novalidate -n file -s message.sig <message >verdict") ==
              0);
        CHECK(read_text(home.file("verdict")).find(key.public_key().fingerprint()) !=
              std::string::npos);
        REQUIRE(::unlink(home.file("message.sig").c_str()) == 0);
    }
    CHECK(shell("ssh-keygen -q -t ed25519 -N '' -f own") == 0);
    CHECK(shell("ssh-add -q own 2>/dev/null") != 0);
    CHECK(shell("ssh-add -q -d key.pub 2>/dev/null") != 0);
    CHECK(shell("ssh-add -q -D 2>/dev/null") != 0);
    CHECK(shell("ssh-add -l | cmp -s - list") == 0);
}

}  // namespace sparekey::core
