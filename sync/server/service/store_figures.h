// What the metrics say of the store.
#pragma once

#include "sync/server/http/metrics.h"
#include "sync/server/store/observer.h"

namespace sparekey::sync {

class StoreFigures final : public StoreObserver {
  public:
    explicit StoreFigures(Metrics& metrics);
    void transaction(StoreWork work, std::chrono::nanoseconds took, bool worked) override;
    void group(std::size_t writes) override;
    void push(const PushOutcome& outcome) override;
    void pull(const Pull& page) override;

  private:
    std::array<Histogram*, 2> seconds_;  // by StoreWork
    std::array<Counter*, 2> failures_;
    Counter& groups_;
    Counter& grouped_writes_;
    Counter& stored_;
    Counter& repeated_;
    std::array<Counter*, 7> refused_;  // by PushRefusal
    Counter& pulls_;
    Counter& pulled_commits_;
};

}  // namespace sparekey::sync
