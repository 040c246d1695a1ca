// What the real server's metrics listener says after a member pushed and pulled.
#include "sync/protocol/routes.h"
#include "sync/server/store/open.h"
#include "tests/support/loopback_server.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/service/member.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

TEST_CASE("metrics tell of transactions, groups, pushes and pulls", "[sync][service][metrics]") {
    RunningServer server;
    const std::string where = "127.0.0.1:" + std::to_string(free_port());
    server.configure("metrics_listen = \"" + where + "\"\n");
    auto store = sync::open_store("sqlite:" + server.store_path(), sync::Use::server);
    REQUIRE(store);
    Member member(**store, server, 1);
    store->reset();
    server.start();
    const std::string token = member.ask_token(server);
    const core::Bytes body = member.next_push();
    const auto push = [&](const core::Bytes& bytes) {
        return server
            .try_post(std::string(sync::path::kCommits), std::string(sync::kMediaType),
                      core::text_of(bytes), token)
            ->status;
    };
    CHECK(push(body) == 200);
    (void)member.next_push();
    CHECK(push(member.next_push()) == 409);  // the one before it is not there
    CHECK(server.get("/api/v1/commits?after=1", token).status == 200);

    RawClient scraper(where);
    const auto answer = scraper.ask("GET /metrics HTTP/1.1\r\nHost: " + where + "\r\n\r\n");
    REQUIRE(answer);
    const std::string& text = answer->body;
    CHECK(has(text, "# TYPE sparekey_store_transaction_seconds histogram\n"));
    CHECK(has(text, "sparekey_store_transaction_seconds_bucket{work=\"write\",le=\"10\"}"));
    CHECK_FALSE(has(text, "sparekey_store_transaction_seconds_count{work=\"read\"} 0\n"));
    CHECK(has(text, "sparekey_store_transaction_failures_total{work=\"write\"} 0\n"));
    CHECK(has(text, "# TYPE sparekey_store_groups_total counter\n"));
    CHECK_FALSE(has(text, "sparekey_store_groups_total 0\n"));
    CHECK(has(text, "sparekey_pushes_total{outcome=\"stored\"} 1\n"));
    CHECK(has(text, "sparekey_pulls_total 1\n"));
    CHECK(has(text, "sparekey_pulled_commits_total 1\n"));
    CHECK(server.stop() == 0);
}

}  // namespace sparekey::tests
