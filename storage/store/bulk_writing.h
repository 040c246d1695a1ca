// The transaction of a bulk workload: what is put is written by a second thread, while the first
// makes and seals what comes next. Half of an import is SQLite's, half is not.
//
// The connection has one user at a time: whoever else reads it before the commit, the thread that
// puts included, first waits until all that was put is written (Database::before_use).
#pragma once

#include "storage/store/writing.h"

#include <condition_variable>
#include <exception>
#include <list>
#include <mutex>
#include <thread>

namespace sparekey::storage {

/// Belongs to the thread that made it. A failure of the writing thread is thrown by the next call
/// that waits for it, at the latest by commit(); nothing is kept then.
class VaultStore::BulkWriting final : public core::RecordTransaction {
  public:
    explicit BulkWriting(VaultStore& store);
    ~BulkWriting() override;
    BulkWriting(const BulkWriting&) = delete;
    BulkWriting& operator=(const BulkWriting&) = delete;

    void put(const core::Record& record, const core::IndexRow* index) override;
    void remove(const core::RecordId& id) override;
    void put_place(const core::RecordId& id, core::ByteView place) override;
    void commit() override;

  private:
    struct Batch {
        std::vector<Writing::Change> changes;
        std::size_t bytes = 0;
    };

    void hand_over();
    void settle();
    void start();
    void stop() noexcept;
    void write_batches();
    void write(const Batch& batch);

    VaultStore& store_;
    Writing writing_;  // the second thread's, while batches are waiting or written
    const std::thread::id owner_ = std::this_thread::get_id();
    Batch batch_;
    std::size_t handed_over_ = 0;

    std::mutex mutex_;  // of all below but the thread
    std::condition_variable changed_;
    std::list<Batch> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::list<Batch> written_;  // to be freed by the thread that made them
    bool is_writing_ = false;
    bool is_over_ = false;
    std::exception_ptr failure_;
    std::thread thread_;
};

}  // namespace sparekey::storage
