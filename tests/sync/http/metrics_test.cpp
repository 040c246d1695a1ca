#include "sync/server/http/metrics.h"

#include "tests/support/program.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/http/running_server.h"

#include <catch2/catch_test_macros.hpp>

using namespace sparekey;
using namespace sparekey::tests;

TEST_CASE("metrics are text as Prometheus reads it", "[sync][metrics]") {
    sync::Metrics metrics;
    metrics.counter("b_total", "Counts.", {{"route", "/a\"b\\c\nd"}}).add(3);
    metrics.counter("b_total", "Counts.", {{"route", "/a\"b\\c\nd"}}).add();
    metrics.gauge("a", "Goes up and down.").set(-2);
    auto& histogram = metrics.histogram("c_seconds", "Times.", {{"route", "/"}});
    histogram.observe(0.0001);
    histogram.observe(0.3);
    histogram.observe(99);
    const auto text = metrics.text();
    CHECK(has(text, "# HELP a Goes up and down.\n# TYPE a gauge\na -2\n"));
    CHECK(has(text, "# TYPE b_total counter\nb_total{route=\"/a\\\"b\\\\c\\nd\"} 4\n"));
    CHECK(has(text, "c_seconds_bucket{route=\"/\",le=\"0.0005\"} 1\n"));
    CHECK(has(text, "c_seconds_bucket{route=\"/\",le=\"0.25\"} 1\n"));
    CHECK(has(text, "c_seconds_bucket{route=\"/\",le=\"1\"} 2\n"));
    CHECK(has(text, "c_seconds_bucket{route=\"/\",le=\"+Inf\"} 3\n"));
    CHECK(has(text, "c_seconds_sum{route=\"/\"} 99.3001\nc_seconds_count{route=\"/\"} 3\n"));
    CHECK_THROWS_AS(metrics.gauge("b_total", ""), core::SystemFailure);
}

TEST_CASE("requests are counted by their route's pattern, never by their path", "[sync][metrics]") {
    RunningHttpServer running;
    RawClient client(running.where());
    client.ask(get("/quick?code=secret"));
    client.ask(get("/quick"));
    client.ask(get("/events/nonsense"));
    client.ask(get("/one-of-many-paths"));
    const auto text = running.metrics.text();
    const std::string requests = "sparekey_http_requests_total{method=\"GET\",route=";
    CHECK(running.metric(requests + "\"/quick\",status=\"2xx\"}") == 2);
    CHECK(running.metric(requests + "\"/events/{account}\",status=\"4xx\"}") == 1);
    CHECK(running.metric("sparekey_http_requests_total{method=\"\",route=\"\",status=\"4xx\"}") ==
          1);
    CHECK(!has(text, "secret"));
    CHECK(!has(text, "one-of-many"));
}

TEST_CASE("metrics have a listener of their own", "[sync][metrics]") {
    RunningHttpServer running;
    RawClient api(running.where());
    CHECK(api.ask(get("/metrics"))->status == 404);
    std::vector<sync::Route> routes;
    routes.push_back(sync::metrics_route(running.metrics));
    const sync::Site site{
        sync::Router(std::move(routes)), {sync::Hosts::any, {}}, {}, false, {}, {}};
    sync::HttpServer server(
        {}, {running.clock, running.random, running.log, running.metrics, running.limiter});
    const auto where = server.listen("127.0.0.1:0", site);
    REQUIRE(where.has_value());
    std::thread thread([&] { server.run(); });
    RawClient scraper(*where);
    const auto answer = scraper.ask("GET /metrics HTTP/1.1\r\nHost: " + *where + "\r\n\r\n");
    REQUIRE(answer);
    CHECK(has(answer->head, "content-type: text/plain; version=0.0.4"));
    CHECK(has(answer->body, "sparekey_connections "));
    CHECK(scraper.ask(get("/quick"))->status == 404);
    server.stop();
    thread.join();
}
