#include "tests/support/program.h"
#include "tests/support/seeded_random.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/http/running_server.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/socket.h>

#include <fstream>

using namespace sparekey;
using namespace sparekey::tests;
using namespace std::chrono_literals;

namespace {

const std::string kStreams = "sparekey_event_streams";

core::VaultId account(std::uint8_t number) {
    core::VaultId id;
    id.bytes.fill(number);
    return id;
}

RawClient listening(RunningHttpServer& running, const core::VaultId& id,
                    const std::string& source = {}) {
    RawClient client(running.where(), source);
    client.send(get("/events/" + id.text()));
    return client;
}

std::string event(int number) {
    return "event: head\ndata: " + std::to_string(number) + "\n\n";
}

/// Resident bytes of this process.
std::size_t resident() {
    std::ifstream file("/proc/self/statm");
    std::size_t all = 0, pages = 0;
    file >> all >> pages;
    return pages * 4096;
}

}  // namespace

TEST_CASE("a stream begins with what the handler said and goes on with what is published",
          "[sync][http][events]") {
    RunningHttpServer running;
    auto client = listening(running, account(1));
    auto other = listening(running, account(2));
    const auto began = client.receive_until(event(1));
    CHECK(has(began, "content-type: text/event-stream\r\n"));
    CHECK(has(began, "cache-control: no-store\r\n"));
    CHECK(!has(began, "content-length"));
    other.receive_until(event(1));
    REQUIRE(running.reaches(kStreams, 2));
    running.server.publish(account(1), event(2));
    running.server.publish(account(1), event(3));
    CHECK(client.receive_until(event(3)) == event(2) + event(3));
    running.server.publish(account(2), event(9));
    CHECK(other.receive_until(event(9)) == event(9));
}

TEST_CASE("what is published while a stream begins is not lost",
          "[sync][http][events][mutant:events-replay]") {
    RunningHttpServer running;
    RawClient client(running.where());
    client.send(get("/held/" + account(1).text()));
    running.latch.wait_for_visitors(1);
    // The handler has looked at the store; the connection is not parked yet.
    running.server.publish(account(1), event(7));
    running.server.publish(account(2), event(8));
    running.latch.open();
    const auto told = client.receive_until(event(7));
    CHECK(has(told, event(1) + event(7)));
    CHECK(!has(told, event(8)));
}

TEST_CASE("a stream is told that it lives", "[sync][http][events]") {
    RunningHttpServer running(ServerOptions::hasty());
    auto client = listening(running, account(1));
    client.receive_until(event(1));
    CHECK(has(client.receive_until(":\n\n:\n\n:\n\n"), ":\n\n:\n\n:\n\n"));
}

TEST_CASE("a stream ends when its client goes, speaks, or may not listen any more",
          "[sync][http][events]") {
    RunningHttpServer running;
    auto gone = listening(running, account(1));
    auto speaks = listening(running, account(2));
    auto ended = listening(running, account(3));
    auto stays = listening(running, account(4));
    REQUIRE(running.reaches(kStreams, 4));
    gone.close();
    CHECK(running.reaches(kStreams, 3));
    speaks.send(get("/smuggled"));
    CHECK(running.reaches(kStreams, 2));
    running.server.end_streams(account(3));
    CHECK(running.reaches(kStreams, 1));
    CHECK(ended.is_ended());
    CHECK(running.smuggled == 0);
    stays.receive_until(event(1));
    running.stop();
    CHECK(stays.is_ended());
}

TEST_CASE("an account's oldest stream makes room for one more",
          "[sync][http][events][mutant:cap-account-streams]") {
    ServerOptions options;
    options.settings.caps.streams_by_account = 2;
    RunningHttpServer running(options);
    auto first = listening(running, account(1));
    first.receive_until(event(1));
    auto second = listening(running, account(1));
    second.receive_until(event(1));
    auto other = listening(running, account(2));
    other.receive_until(event(1));
    auto third = listening(running, account(1));
    third.receive_until(event(1));
    CHECK(first.is_ended());
    CHECK(running.reaches(kStreams, 3));
    running.server.publish(account(1), event(5));
    CHECK(second.receive_until(event(5)) == event(5));
}

TEST_CASE("streams have a cap of all", "[sync][http][events][mutant:cap-streams]") {
    ServerOptions options;
    options.settings.caps.streams = 1;
    RunningHttpServer running(options);
    auto first = listening(running, account(1));
    REQUIRE(running.reaches(kStreams, 1));
    RawClient second(running.where());
    const auto refused = second.ask(get("/events/" + account(2).text()));
    REQUIRE(refused);
    CHECK(refused->status == 503);
    CHECK(has(refused->head, "retry-after: 30\r\n"));
}

TEST_CASE("a client that takes no events is cut, and costs nothing meanwhile",
          "[sync][http][events]") {
    RunningHttpServer running(ServerOptions::hasty());
    auto client = listening(running, account(1));
    const int small = 4096;
    ::setsockopt(client.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    REQUIRE(running.reaches(kStreams, 1));
    const std::string large = "data: " + std::string(4000, 'x') + "\n\n";
    for (int i = 0; i < 20000 && running.metric(kStreams) == 1; ++i) {
        running.server.publish(account(1), large);
    }
    CHECK(running.reaches(kStreams, 0));
}

TEST_CASE("an idle stream is small", "[sync][http][events][figure]") {
    RunningHttpServer running;
    const std::size_t full = count(1000);
    std::vector<RawClient> clients;
    clients.reserve(full);
    const std::size_t before = resident();
    for (std::size_t i = 0; i < full; ++i) {
        const std::string source = "127.0.1." + std::to_string(i % 200 + 1);
        clients.push_back(listening(running, account(static_cast<std::uint8_t>(i % 200)), source));
        clients.back().receive_until(event(1));
    }
    REQUIRE(running.reaches(kStreams, static_cast<std::int64_t>(full)));
    const std::size_t used = resident() - std::min(before, resident());
    WARN(full << " streams: " << used / 1024 << " KiB more, " << resident() / 1024 << " in all");
#ifndef SPAREKEY_SANITIZED
    CHECK(used <= full * (16 << 10));
#endif
}
