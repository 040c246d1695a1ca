// Who hears what a store does, for the metrics. Called from many threads at once and while others
// wait: quick, and never throwing.
#pragma once

#include "sync/server/store/store.h"

#include <chrono>

namespace sparekey::sync {

enum class StoreWork : std::uint8_t { write, read };

class StoreObserver {
  public:
    virtual ~StoreObserver() = default;
    /// A transaction ended, waiting for its turn included; not `worked`: it threw.
    virtual void transaction(StoreWork work, std::chrono::nanoseconds took, bool worked) = 0;
    /// SQLite: so many writes became durable with one commit.
    virtual void group(std::size_t writes) = 0;
    virtual void push(const PushOutcome& outcome) = 0;
    virtual void pull(const Pull& page) = 0;
};

}  // namespace sparekey::sync
