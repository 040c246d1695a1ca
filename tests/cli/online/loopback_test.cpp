// The address that a browser comes back to: honest, and with somebody else on this machine.
#include "cli/online/loopback_listener.h"
#include "tests/support/seeded_random.h"

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

namespace sparekey::tests {
namespace {

using cli::online::LoopbackListener;
using core::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kState = "the state";
const std::string kIssuer = "https://vault.example.org";

/// A connection to the listener.
class Visitor {
  public:
    explicit Visitor(const LoopbackListener& listener)
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const std::string& uri = listener.redirect_uri();
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(
            std::stoi(uri.substr(std::string("http://127.0.0.1:").size()))));
        path_ = uri.substr(uri.find('/', 7));
        REQUIRE(::connect(socket_.descriptor(), reinterpret_cast<sockaddr*>(&address),
                          sizeof address) == 0);
    }
    const std::string& path() const { return path_; }
    void say(const std::string& text) const {
        [[maybe_unused]] const ssize_t sent =
            ::send(socket_.descriptor(), text.data(), text.size(), MSG_NOSIGNAL);
    }
    std::string hear() const {
        std::string all;
        char block[4096];
        for (ssize_t got = 0; (got = ::recv(socket_.descriptor(), block, sizeof block, 0)) > 0;) {
            all.append(block, static_cast<std::size_t>(got));
        }
        return all;
    }
    std::string ask(const std::string& query, const std::string& method = "GET") const {
        say(method + " " + path_ + "?" + query + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        return hear();
    }

  private:
    storage::File socket_;
    std::string path_;
};

struct Waiting {
    explicit Waiting(milliseconds patience = seconds(30))
        : answer(std::async(std::launch::async, [this, patience] {
              return listener.wait(kState, kIssuer, patience);
          })) {}
    SeededRandom random;
    LoopbackListener listener{random};
    std::future<core::Result<std::string>> answer;
};

const std::string kGood = "code=abc&state=the%20state&iss=https%3A%2F%2Fvault.example.org";

}  // namespace

TEST_CASE("the browser's answer is its code, and it is told to close", "[cli][online][loopback]") {
    Waiting waiting;
    const std::string page = Visitor(waiting.listener).ask(kGood);
    CHECK(page.find("200 OK") != std::string::npos);
    CHECK(page.find("You can close this window") != std::string::npos);
    CHECK(page.find("abc") == std::string::npos);
    CHECK(waiting.answer.get().value() == "abc");
}

TEST_CASE("an answer with another state is no answer, and the waiting goes on",
          "[cli][online][loopback][mutant:loopback-state]") {
    Waiting waiting;
    const std::string page =
        Visitor(waiting.listener).ask("code=evil&state=other&iss=https%3A%2F%2Fvault.example.org");
    CHECK(page.find("404") != std::string::npos);
    Visitor(waiting.listener).ask(kGood);
    CHECK(waiting.answer.get().value() == "abc");
}

TEST_CASE("an answer of another server is no answer",
          "[cli][online][loopback][mutant:loopback-issuer]") {
    Waiting waiting;
    Visitor(waiting.listener).ask("code=evil&state=the%20state&iss=https%3A%2F%2Fevil.example");
    Visitor(waiting.listener).ask("code=evil&state=the%20state");
    Visitor(waiting.listener).ask(kGood);
    CHECK(waiting.answer.get().value() == "abc");
}

TEST_CASE("other paths, other methods and what is no request are answered by an error",
          "[cli][online][loopback]") {
    Waiting waiting;
    const auto heard = [&](const std::string& text) {
        const Visitor visitor(waiting.listener);
        visitor.say(text);
        return visitor.hear();
    };
    CHECK(heard("GET /?" + kGood + " HTTP/1.1\r\n\r\n").find("404") != std::string::npos);
    CHECK(heard("GET /favicon.ico HTTP/1.1\r\n\r\n").find("404") != std::string::npos);
    CHECK(heard("\r\n\r\n").find("404") != std::string::npos);
    CHECK(Visitor(waiting.listener).ask(kGood, "POST").find("404") != std::string::npos);
    CHECK(Visitor(waiting.listener).ask(kGood + "&code=twice").find("404") != std::string::npos);
    Visitor(waiting.listener).ask(kGood);
    CHECK(waiting.answer.get().value() == "abc");
}

TEST_CASE("a request without end is cut off", "[cli][online][loopback][mutant:loopback-size]") {
    Waiting waiting(seconds(3));
    const Visitor endless(waiting.listener);
    endless.say("GET " + endless.path() + "?" + kGood +
                " HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n");
    CHECK(endless.hear().find("200 OK") == std::string::npos);
    CHECK(waiting.answer.get().error().code == ErrorCode::refused);
}

TEST_CASE("those who connect and say nothing keep nobody out", "[cli][online][loopback]") {
    Waiting waiting;
    std::vector<std::unique_ptr<Visitor>> silent;
    for (int i = 0; i < 40; ++i) silent.push_back(std::make_unique<Visitor>(waiting.listener));
    const Visitor slow(waiting.listener);
    slow.say("GET ");
    Visitor(waiting.listener).ask(kGood);
    CHECK(waiting.answer.get().value() == "abc");
}

TEST_CASE("a refusal, or nobody in time, is exit 5", "[cli][online][loopback]") {
    Waiting refused;
    Visitor(refused.listener)
        .ask("error=access_denied&state=the%20state&iss=https%3A%2F%2Fvault.example.org");
    CHECK(refused.answer.get().error().message == "the login was refused");
    Waiting late(milliseconds(50));
    CHECK(late.answer.get().error().code == ErrorCode::refused);
}

TEST_CASE("each login has an address of its own on this machine", "[cli][online][loopback]") {
    SeededRandom random;
    const LoopbackListener one(random);
    const LoopbackListener other(random);
    CHECK(one.redirect_uri().starts_with("http://127.0.0.1:"));
    CHECK(one.redirect_uri() != other.redirect_uri());
    CHECK(one.redirect_uri().size() > std::string("http://127.0.0.1:1/").size() + 20);
}

}  // namespace sparekey::tests
