#include "sync/server/service/store_figures.h"

namespace sparekey::sync {
namespace {

constexpr std::array kWorks = {"write", "read"};
constexpr std::array kRefusals = {"behind",     "version",        "quota",    "identity_taken",
                                  "invitation", "enrolment_gone", "malformed"};

Counter& pushes(Metrics& metrics, const char* outcome) {
    return metrics.counter("sparekey_pushes_total", "Verified pushes, by what the store decided.",
                           {{"outcome", outcome}});
}

}  // namespace

StoreFigures::StoreFigures(Metrics& metrics)
    : groups_(metrics.counter("sparekey_store_groups_total",
                              "SQLite: commits, each of one or more writes.")),
      grouped_writes_(metrics.counter("sparekey_store_grouped_writes_total",
                                      "SQLite: writes that these commits made durable.")),
      stored_(pushes(metrics, "stored")),
      repeated_(pushes(metrics, "repeated")),
      pulls_(metrics.counter("sparekey_pulls_total", "Pages of commits that were read.")),
      pulled_commits_(metrics.counter("sparekey_pulled_commits_total", "Commits on these pages.")) {
    for (std::size_t i = 0; i < kWorks.size(); ++i) {
        seconds_[i] = &metrics.histogram(
            "sparekey_store_transaction_seconds",
            "A transaction, from the wait for its turn to its durable end.", {{"work", kWorks[i]}});
        failures_[i] =
            &metrics.counter("sparekey_store_transaction_failures_total",
                             "Transactions that the store could not do.", {{"work", kWorks[i]}});
    }
    for (std::size_t i = 0; i < kRefusals.size(); ++i) {
        refused_[i] = &pushes(metrics, kRefusals[i]);
    }
}

void StoreFigures::transaction(StoreWork work, std::chrono::nanoseconds took, bool worked) {
    const auto place = static_cast<std::size_t>(work);
    seconds_[place]->observe(std::chrono::duration<double>(took).count());
    if (!worked) failures_[place]->add();
}

void StoreFigures::group(std::size_t writes) {
    groups_.add();
    grouped_writes_.add(writes);
}

void StoreFigures::push(const PushOutcome& outcome) {
    if (!outcome.pushed) {
        refused_[static_cast<std::size_t>(outcome.refusal)]->add();
    } else {
        (outcome.pushed->repeated ? repeated_ : stored_).add();
    }
}

void StoreFigures::pull(const Pull& page) {
    pulls_.add();
    pulled_commits_.add(page.commits.size());
}

}  // namespace sparekey::sync
