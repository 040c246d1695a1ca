// Behind a proxy that reads requests in its own way: Debian's nginx (H-01).
#include "tests/sync/http/local_nginx.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/http/running_server.h"
#include "tests/sync/http/smuggling.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/socket.h>

using namespace sparekey;
using namespace sparekey::tests;

TEST_CASE("behind nginx no smuggled request is answered as a second one",
          "[sync][http][smuggling][proxy]") {
    const Home home;
    ServerOptions options;
    options.trusted_proxies = {"127.0.0.0/8"};
    RunningHttpServer running(options);
    const LocalNginx nginx(home, running.where());
    if (!nginx.reason().empty()) SKIP(nginx.reason());
    RawClient honest(nginx.where());
    REQUIRE(honest.ask(get("/quick"))->status == 200);
    for (const auto& request : smuggled_requests()) {
        INFO(request.name);
        RawClient client(nginx.where());
        client.send(request.bytes);
        // The victim's request comes on the connection that nginx keeps to us.
        const auto victim = honest.ask(get("/quick"));
        REQUIRE(victim);
        CHECK(victim->body == "quick");
        ::shutdown(client.descriptor(), SHUT_WR);
        const auto all = client.receive_all();
        CHECK(count_answers(all) <= 2);
    }
    CHECK(honest.ask(post("/echo", "hello"))->body == "hello");
}

TEST_CASE("behind nginx a client's address is its own, and events flow", "[sync][http][proxy]") {
    const Home home;
    ServerOptions options;
    options.trusted_proxies = {"127.0.0.1/32"};
    RunningHttpServer running(options);
    const LocalNginx nginx(home, running.where());
    if (!nginx.reason().empty()) SKIP(nginx.reason());
    RawClient client(nginx.where(), "127.0.0.77");
    CHECK(client.ask(get("/address", "X-Forwarded-For: 6.6.6.6\r\n"))->body == "127.0.0.77");
    const auto account = core::VaultId::random(running.random);
    client.send(get("/events/" + account.text()));
    client.receive_until("data: 1\n\n");
    running.server.publish(account, "event: head\ndata: 2\n\n");
    client.receive_until("data: 2\n\n");
}
