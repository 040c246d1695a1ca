#include "tests/support/program.h"
#include "tests/support/seeded_random.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/http/running_server.h"
#include "tests/sync/http/smuggling.h"

#include <catch2/catch_test_macros.hpp>

using namespace sparekey;
using namespace sparekey::tests;

TEST_CASE("a connection answers one request after the other", "[sync][http]") {
    RunningHttpServer running;
    RawClient client(running.where());
    for (int i = 0; i < 3; ++i) {
        CHECK(client.ask(get("/quick"))->body == "quick");
        CHECK(client.ask(post("/echo", "hello"))->body == "hello");
    }
    CHECK(client.ask(get("/large"))->body == std::string(1 << 20, 'x'));
    CHECK(running.metric("sparekey_connections") == 1);
}

TEST_CASE("requests that come together are answered in their order", "[sync][http]") {
    RunningHttpServer running;
    RawClient client(running.where());
    client.send(get("/quick") + post("/echo", "a") + post("/echo", "b") + get("/quick"));
    for (const auto* body : {"quick", "a", "b", "quick"}) CHECK(client.receive()->body == body);
}

TEST_CASE("a request may come byte by byte", "[sync][http]") {
    RunningHttpServer running;
    RawClient client(running.where());
    for (const char c : post("/echo", "hello")) client.send(std::string(1, c));
    CHECK(client.receive()->body == "hello");
}

TEST_CASE("HEAD is GET without the body", "[sync][http]") {
    RunningHttpServer running;
    RawClient client(running.where());
    client.send("HEAD /quick HTTP/1.1\r\nHost: vault.example\r\n\r\n");
    const auto head = client.receive(true);
    CHECK(head->status == 200);
    CHECK(has(head->head, "content-length: 5\r\n"));
    CHECK(client.ask(get("/quick"))->body == "quick");
}

TEST_CASE("an unknown path is 404, a known one by another method 405 with Allow", "[sync][http]") {
    RunningHttpServer running;
    RawClient client(running.where());
    const auto missing = client.ask(get("/nothing"));
    CHECK(missing->status == 404);
    CHECK(has(missing->body, "\"code\":\"not_found\""));
    const auto wrong = client.ask(post("/quick", ""));
    CHECK(wrong->status == 405);
    CHECK(has(wrong->head, "allow: GET, HEAD\r\n"));
    CHECK(client.ask(get("/quick"))->status == 200);
}

TEST_CASE("every answer names its request, and no server", "[sync][http]") {
    RunningHttpServer running;
    RawClient client(running.where());
    const auto first = client.ask(get("/quick", "X-Request-Id: chosen\r\n"));
    const auto second = client.ask(get("/nothing"));
    const auto id = [](const std::string& head) {
        const std::size_t at = head.find("x-request-id: ");
        return head.substr(at + 14, head.find('\r', at) - at - 14);
    };
    CHECK(id(first->head).size() >= 15);
    CHECK(id(first->head) != id(second->head));
    CHECK(!has(first->head, "chosen"));
    CHECK(!has(first->head, "server:"));
    CHECK(has(first->head, "x-content-type-options: nosniff\r\n"));
    running.stop();
    CHECK(has(running.log_text.str(), "id=\"" + id(second->head) + "\""));
}

TEST_CASE("a body larger than its route takes is refused before it is read",
          "[sync][http][mutant:body-limit]") {
    RunningHttpServer running;
    RawClient client(running.where());
    CHECK(client.ask(post("/echo", std::string(64 << 10, 'a')))->body.size() == 64 << 10);
    const auto refused =
        client.ask("POST /echo HTTP/1.1\r\nHost: vault.example\r\nContent-Length: 65537\r\n\r\n");
    REQUIRE(refused);
    CHECK(refused->status == 413);
    CHECK(has(refused->head, "connection: close\r\n"));
    CHECK(client.is_ended());
}

TEST_CASE("a refused request's body is never taken for a request", "[sync][http]") {
    RunningHttpServer running;
    RawClient client(running.where());
    client.send(post("/nothing", get("/smuggled")));
    const auto all = client.receive_all();
    CHECK(count_answers(all) == 1);
    CHECK(running.smuggled == 0);
}

TEST_CASE("what a handler throws is 500 and one line of the log", "[sync][http]") {
    RunningHttpServer running;
    RawClient client(running.where());
    const auto failed = client.ask(get("/throws"));
    CHECK(failed->status == 500);
    CHECK(!has(failed->body, "disk"));
    CHECK(client.ask(get("/quick"))->status == 200);
    running.stop();
    CHECK(has(running.log_text.str(), "the disk\\\\x0ais gone"));
}

TEST_CASE("over a socket every smuggled request gets one refusal and the end",
          "[sync][http][smuggling]") {
    RunningHttpServer running;
    for (const auto& request : smuggled_requests()) {
        INFO(request.name);
        RawClient client(running.where());
        client.send(request.bytes);
        const auto all = client.receive_all();
        CHECK(count_answers(all) == 1);
        CHECK(has(all, "\"code\":\"" + request.code + "\""));
        CHECK(has(all, "connection: close\r\n"));
    }
    CHECK(running.smuggled == 0);
    RawClient client(running.where());
    CHECK(client.ask(get("/quick"))->status == 200);
    CHECK(running.metric("sparekey_http_refused_total{reason=\"folded\"}") >= 3);
}

TEST_CASE("random bytes end their own connection and nothing else", "[sync][http][property]") {
    RunningHttpServer running;
    SeededRandom random;
    RawClient honest(running.where());
    for (std::size_t round = 0; round < count(300); ++round) {
        RawClient client(running.where());
        std::string bytes(random.below(2000), '\0');
        random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
        if (random.coin()) bytes = get("/quick").substr(0, random.below(40)) + bytes;
        client.send(bytes + "\r\n\r\n");
        const auto all = client.receive_all();
        CHECK((all.empty() || has(all, "connection: close\r\n")));
    }
    CHECK(honest.ask(get("/quick"))->status == 200);
    honest.close();
    CHECK(running.reaches("sparekey_connections", 0));
}

TEST_CASE("a trusted proxy is believed about its client, others are not", "[sync][http]") {
    ServerOptions options;
    options.trusted_proxies = {"127.0.0.2/32"};
    RunningHttpServer running(options);
    const std::string forwarded =
        "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 192.0.2.9, 127.0.0.2\r\n";
    RawClient proxy(running.where(), "127.0.0.2");
    CHECK(proxy.ask(get("/address", forwarded))->body == "192.0.2.9");
    RawClient liar(running.where(), "127.0.0.3");
    CHECK(liar.ask(get("/address", forwarded))->body == "127.0.0.3");
}

TEST_CASE("every route is limited, and failed attempts slow down", "[sync][http][limiter]") {
    ServerOptions options;
    options.limits.requests_a_second = 0.001;
    options.limits.burst = 12;
    options.limits.by_address.free_failures = 2;
    RunningHttpServer running(options);
    RawClient client(running.where());
    for (int i = 0; i < 5; ++i) CHECK(client.ask(post("/login", "down"))->status == 401);
    for (int i = 0; i < 3; ++i) CHECK(client.ask(post("/login", "wrong"))->status == 401);
    const auto slowed = client.ask(post("/login", "right"));
    REQUIRE(slowed);
    CHECK(slowed->status == 429);
    CHECK(has(slowed->head, "retry-after: 1\r\n"));
    RawClient hammer(running.where());
    for (int i = 0; i < 4; ++i) CHECK(hammer.ask(get("/nothing"))->status == 404);
    CHECK(hammer.ask(get("/nothing"))->status == 429);
    CHECK(hammer.ask(get("/quick"))->status == 429);
    RawClient other(running.where(), "127.0.0.7");
    CHECK(other.ask(get("/quick"))->status == 200);
}
