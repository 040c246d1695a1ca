// Peers that take their time (H-02), with deadlines of a few tenths of a second. Time is not
// asserted: a peer is cut, or an honest one is not.
#include "tests/support/program.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/http/running_server.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/socket.h>

using namespace sparekey;
using namespace sparekey::tests;
using namespace std::chrono_literals;

namespace {

/// Sends `bytes` one at a time for as long as the peer takes them; true if it was cut off.
bool drips_until_cut(RawClient& client, char byte) {
    for (int i = 0; i < 200; ++i) {
        if (!client.send(std::string(1, byte))) return true;
        std::this_thread::sleep_for(50ms);
    }
    return false;
}

}  // namespace

TEST_CASE("whoever connects and says nothing is cut", "[sync][http][slow][mutant:deadline-idle]") {
    RunningHttpServer running(ServerOptions::hasty());
    RawClient client(running.where());
    CHECK(client.is_ended());
    CHECK(running.reaches("sparekey_connections_timed_out_total", 1));
}

TEST_CASE("a head that comes drop by drop is cut", "[sync][http][slow][mutant:deadline-head]") {
    RunningHttpServer running(ServerOptions::hasty());
    RawClient client(running.where());
    CHECK(client.ask(get("/quick"))->status == 200);
    client.send("GET /quick HTTP/1.1\r\nHost: vault.example\r\nX: ");
    CHECK(drips_until_cut(client, 'a'));
}

TEST_CASE("a body that comes slower than a kilobyte a second is cut",
          "[sync][http][slow][mutant:deadline-body]") {
    RunningHttpServer running(ServerOptions::hasty());
    RawClient client(running.where());
    client.send("POST /echo HTTP/1.1\r\nHost: vault.example\r\nContent-Length: 60000\r\n\r\n");
    CHECK(drips_until_cut(client, 'a'));
}

TEST_CASE("a body that keeps its rate may take its time", "[sync][http][slow]") {
    RunningHttpServer running(ServerOptions::hasty());
    RawClient client(running.where());
    client.send("POST /echo HTTP/1.1\r\nHost: vault.example\r\nContent-Length: 20000\r\n\r\n");
    for (int i = 0; i < 20; ++i) {
        client.send(std::string(1000, 'a'));
        std::this_thread::sleep_for(40ms);
    }
    CHECK(client.receive()->body.size() == 20000);
}

TEST_CASE("whoever does not take the answer is cut", "[sync][http][slow][mutant:deadline-write]") {
    RunningHttpServer running(ServerOptions::hasty());
    RawClient client(running.where());
    const int small = 4096;
    ::setsockopt(client.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (int i = 0; i < 20; ++i) client.send(get("/large"));
    CHECK(running.reaches("sparekey_connections_timed_out_total", 1));
    CHECK(running.reaches("sparekey_connections", 0));
}

TEST_CASE("a connection that rests between two requests is closed after a while",
          "[sync][http][slow]") {
    RunningHttpServer running(ServerOptions::hasty());
    RawClient client(running.where());
    CHECK(client.ask(get("/quick"))->status == 200);
    CHECK(client.is_ended());
}

TEST_CASE("a handler that takes longer than any deadline is waited for", "[sync][http][slow]") {
    RunningHttpServer running(ServerOptions::hasty());
    RawClient client(running.where());
    client.send(post("/slow", ""));
    running.latch.wait_for_visitors(1);
    std::this_thread::sleep_for(600ms);
    running.latch.open();
    CHECK(client.receive()->body == "done");
}

TEST_CASE("many slow peers take nothing from an honest one", "[sync][http][slow]") {
    ServerOptions options = ServerOptions::hasty();
    options.settings.deadlines.head = 10s;
    options.settings.caps.connections = 100;
    options.settings.caps.connections_by_address = 500;
    RunningHttpServer running(options);
    std::vector<RawClient> slow;
    for (int i = 0; i < 150; ++i) {
        slow.emplace_back(running.where(), "127.0.0.9");
        slow.back().send("GET /quick HTTP/1.1\r\nHost: vault");
        RawClient honest(running.where());
        const auto answer = honest.ask(get("/quick"));
        REQUIRE(answer);
        CHECK(answer->status == 200);
    }
}
