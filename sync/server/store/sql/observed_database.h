// A database whose transactions somebody measures.
#pragma once

#include "sync/server/store/observer.h"
#include "sync/server/store/sql/database.h"

namespace sparekey::sync {

class ObservedDatabase final : public Database {
  public:
    /// `observer` outlives it.
    ObservedDatabase(std::unique_ptr<Database> database, StoreObserver& observer)
        : database_(std::move(database)), observer_(observer) {}

    void write(const Writing& work) override {
        measured(StoreWork::write, [&] { database_->write(work); });
    }
    void read(View view, const Reading& work) override {
        measured(StoreWork::read, [&] { database_->read(view, work); });
    }
    void announce(const AccountId& account, std::uint64_t head) override {
        database_->announce(account, head);
    }
    void on_change(ChangeListener listener) override { database_->on_change(std::move(listener)); }
    void check_structure() override { database_->check_structure(); }

  private:
    template <class Work>
    void measured(StoreWork kind, Work work) {
        const auto begun = std::chrono::steady_clock::now();
        const auto took = [begun] { return std::chrono::steady_clock::now() - begun; };
        try {
            work();
        } catch (...) {
            observer_.transaction(kind, took(), false);
            throw;
        }
        observer_.transaction(kind, took(), true);
    }

    std::unique_ptr<Database> database_;
    StoreObserver& observer_;
};

}  // namespace sparekey::sync
