// The metrics of providers and of the store, from what they are told.
#include "sync/server/service/measured_providers.h"
#include "sync/server/service/store_figures.h"
#include "tests/support/account_server.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

bool names(const std::string& text, const std::string& line) {
    return text.find(line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("logins are counted and timed by provider, step and outcome", "[sync][metrics]") {
    SeededRandom random;
    FakeProviders fake(random);
    sync::Metrics metrics;
    sync::MeasuredProviders providers(fake, metrics);
    CHECK(providers.list().size() == 1);
    const auto started = providers.start("corp");
    REQUIRE(started);
    for (const char* code : {"alice", "refuse", "refuse", "away"}) {
        (void)providers.finish(started->attempt, {{"code", code}});
    }
    CHECK_FALSE(providers.start("made-up-by-a-stranger"));
    const std::string text = metrics.text();
    const std::string answers = "sparekey_provider_answers_total{provider=\"corp\",step=";
    CHECK(names(text, answers + "\"start\",outcome=\"ok\"} 1"));
    CHECK(names(text, answers + "\"finish\",outcome=\"ok\"} 1"));
    CHECK(names(text, answers + "\"finish\",outcome=\"refused\"} 2"));
    CHECK(names(text, answers + "\"finish\",outcome=\"offline\"} 1"));
    CHECK(names(text, "sparekey_provider_seconds_count{provider=\"corp\",step=\"finish\"} 4"));
    CHECK(text.find("stranger") == std::string::npos);
}

TEST_CASE("every outcome of a push is a series of its own, from the start", "[sync][metrics]") {
    sync::Metrics metrics;
    sync::StoreFigures figures(metrics);
    const std::string before = metrics.text();
    for (const char* outcome : {"stored", "repeated", "behind", "version", "quota",
                                "identity_taken", "invitation", "enrolment_gone", "malformed"}) {
        CHECK(names(before, "sparekey_pushes_total{outcome=\"" + std::string(outcome) + "\"} 0"));
    }
    sync::PushOutcome outcome;
    outcome.refusal = sync::PushRefusal::quota;
    figures.push(outcome);
    outcome.pushed.emplace();
    figures.push(outcome);
    outcome.pushed->repeated = true;
    figures.push(outcome);
    outcome.pushed.reset();
    outcome.refusal = sync::PushRefusal::malformed;
    figures.push(outcome);
    figures.group(3);
    figures.group(1);
    figures.transaction(sync::StoreWork::read, std::chrono::milliseconds(3), false);
    const std::string text = metrics.text();
    for (const char* counted : {"stored", "repeated", "quota", "malformed"}) {
        CHECK(names(text, "sparekey_pushes_total{outcome=\"" + std::string(counted) + "\"} 1"));
    }
    CHECK(names(text, "sparekey_store_groups_total 2"));
    CHECK(names(text, "sparekey_store_grouped_writes_total 4"));
    CHECK(names(text, "sparekey_store_transaction_failures_total{work=\"read\"} 1"));
    CHECK(names(text, "sparekey_store_transaction_seconds_sum{work=\"read\"} 0.003"));
}

}  // namespace sparekey::tests
