#include "tests/support/program.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/http/running_server.h"

#include <catch2/catch_test_macros.hpp>

using namespace sparekey;
using namespace sparekey::tests;
using namespace std::chrono_literals;

namespace {

const std::string kOpen = "sparekey_connections";
const std::string kRefused = "sparekey_connections_refused_total";

/// Requests whose handlers wait for the latch.
std::vector<RawClient> busy(RunningHttpServer& running, int count,
                            const std::string& path = "/slow") {
    std::vector<RawClient> clients;
    for (int i = 0; i < count; ++i) {
        clients.emplace_back(running.where());
        clients.back().send(post(path, ""));
    }
    return clients;
}

}  // namespace

TEST_CASE("an address has only so many connections", "[sync][http][caps][mutant:cap-address]") {
    ServerOptions options;
    options.settings.caps.connections_by_address = 3;
    options.trusted_proxies = {"127.0.0.2/32"};
    RunningHttpServer running(options);
    std::vector<RawClient> held;
    for (int i = 0; i < 3; ++i) held.emplace_back(running.where());
    REQUIRE(running.reaches(kOpen, 3));
    RawClient one_more(running.where());
    CHECK(one_more.is_ended());
    CHECK(running.metric(kRefused) == 1);
    CHECK(RawClient(running.where(), "127.0.0.5").ask(get("/quick"))->status == 200);
    for (int i = 0; i < 5; ++i) held.emplace_back(running.where(), "127.0.0.2");
    for (int i = 3; i < 8; ++i) {
        CHECK(held[static_cast<std::size_t>(i)].ask(get("/quick"))->status == 200);
    }
    held.erase(held.begin());
    REQUIRE(running.reaches(kOpen, 7));
    CHECK(RawClient(running.where()).ask(get("/quick"))->status == 200);
}

TEST_CASE("at the cap of all, whoever rests for longest makes room",
          "[sync][http][caps][mutant:cap-connections]") {
    ServerOptions options;
    options.settings.caps.connections = 3;
    RunningHttpServer running(options);
    RawClient first(running.where());
    CHECK(first.ask(get("/quick"))->status == 200);
    RawClient second(running.where());
    CHECK(second.ask(get("/quick"))->status == 200);
    CHECK(first.ask(get("/quick"))->status == 200);
    auto working = busy(running, 1);
    running.latch.wait_for_visitors(1);
    RawClient third(running.where());
    CHECK(third.ask(get("/quick"))->status == 200);
    CHECK(second.is_ended());
    CHECK(first.ask(get("/quick"))->status == 200);
    running.latch.open();
    CHECK(working.front().receive()->body == "done");
}

TEST_CASE("where nobody rests, one more connection is refused", "[sync][http][caps]") {
    ServerOptions options;
    options.settings.caps.connections = 2;
    RunningHttpServer running(options);
    auto working = busy(running, 2);
    running.latch.wait_for_visitors(2);
    RawClient third(running.where());
    CHECK(third.is_ended());
    CHECK(running.metric(kRefused) == 1);
    running.latch.open();
    for (auto& client : working) CHECK(client.receive()->body == "done");
}

TEST_CASE("work beyond the pool's queue is refused with Retry-After",
          "[sync][http][caps][mutant:pool-bound]") {
    ServerOptions options;
    options.settings.store = {2, 1};
    RunningHttpServer running(options);
    auto working = busy(running, 2);
    running.latch.wait_for_visitors(2);
    auto waiting = busy(running, 1);
    // The I/O thread has passed the waiting one on once it answers what came after it.
    for (int i = 0; i < 3; ++i) RawClient(running.where()).ask(get("/quick"));
    RawClient one_more(running.where());
    const auto refused = one_more.ask(post("/slow", ""));
    REQUIRE(refused);
    CHECK(refused->status == 503);
    CHECK(has(refused->head, "retry-after: 1\r\n"));
    CHECK(one_more.ask(get("/quick"))->status == 200);
    running.latch.open();
    for (auto& client : working) CHECK(client.receive()->body == "done");
    CHECK(waiting.front().receive()->body == "done");
}

TEST_CASE("slow login providers hold up nobody's store", "[sync][http][caps]") {
    ServerOptions options;
    options.settings.store = {1, 8};
    options.settings.outbound = {1, 8};
    RunningHttpServer running(options);
    auto outbound = busy(running, 4, "/outbound");
    running.latch.wait_for_visitors(1);
    const auto account = core::VaultId::random(running.random).text();
    RawClient client(running.where());
    client.send(get("/events/" + account));
    CHECK(has(client.receive_until("\n\n"), "data: 1"));
    running.latch.open();
    for (auto& one : outbound) CHECK(one.receive()->body == "done");
}

TEST_CASE("a stop answers what is in flight and ends what rests", "[sync][http][stop]") {
    RunningHttpServer running(ServerOptions::hasty());
    auto working = busy(running, 4);
    running.latch.wait_for_visitors(4);
    RawClient resting(running.where());
    CHECK(resting.ask(get("/quick"))->status == 200);
    running.server.stop();
    CHECK(resting.is_ended());
    CHECK_THROWS(RawClient(running.where()));
    running.latch.open();
    for (auto& client : working) {
        const auto answer = client.receive();
        REQUIRE(answer);
        CHECK(answer->body == "done");
        CHECK(has(answer->head, "connection: close\r\n"));
    }
    running.stop();
    CHECK(running.metric(kOpen) == 0);
}

TEST_CASE("a stop under load loses no answer that was begun", "[sync][http][stop]") {
    RunningHttpServer running;
    std::atomic<int> whole = 0, cut = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            try {
                RawClient client(running.where());
                while (client.send(post("/echo", "hello"))) {
                    const auto answer = client.receive();
                    if (!answer) return;
                    ++(answer->body == "hello" ? whole : cut);
                }
            } catch (const std::runtime_error&) {
            }
        });
    }
    while (whole < 200) std::this_thread::yield();
    running.stop();
    for (auto& thread : threads) thread.join();
    CHECK(cut == 0);
    CHECK(running.metric(kOpen) == 0);
}

TEST_CASE("a peer that never takes its answer delays a stop only for a while",
          "[sync][http][stop]") {
    ServerOptions options;
    options.settings.deadlines.stop = 200ms;
    options.settings.deadlines.sweep = 20ms;
    RunningHttpServer running(options);
    RawClient client(running.where());
    for (int i = 0; i < 20; ++i) client.send(get("/large"));
    REQUIRE(client.receive());
    running.stop();
    CHECK(running.metric(kOpen) == 0);
}
