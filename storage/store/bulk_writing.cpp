#include "storage/store/bulk_writing.h"

#include <pthread.h>

#include <csignal>
#include <system_error>
#include <utility>

namespace sparekey::storage {
namespace {

// A batch is handed over at either of them.
constexpr std::size_t kMostInBatch = 64;
constexpr std::size_t kMostBatchBytes = std::size_t{256} << 10;
// As many wait as the first thread makes while FTS5 writes out what it has in memory; of
// attachments fewer.
constexpr std::size_t kMostWaiting = 64;
constexpr std::size_t kMostWaitingBytes = std::size_t{8} << 20;
constexpr std::size_t kWrittenBackAfter = 64;  // batches: some MiB

/// Signals are for the thread that knows what to do about them.
class BlockedSignals {
  public:
    BlockedSignals() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

  private:
    sigset_t before_{};
};

}  // namespace

VaultStore::BulkWriting::BulkWriting(VaultStore& store) : store_(store), writing_(store) {
    store_.database_.before_use([this] {
        if (std::this_thread::get_id() == owner_) settle();
    });
}

VaultStore::BulkWriting::~BulkWriting() {
    stop();
}

void VaultStore::BulkWriting::put(const core::Record& record, const core::IndexRow* index) {
    // First of all: to look for it may hand over what is in the batch.
    const auto here = writing_.locate(record.id);
    Writing::Change& change = batch_.changes.emplace_back(record, index);
    change.here = here;
    batch_.bytes += change.bytes();
    const bool is_full = batch_.changes.size() >= kMostInBatch || batch_.bytes >= kMostBatchBytes;
    if (is_full) hand_over();
}

void VaultStore::BulkWriting::remove(const core::RecordId& id) {
    settle();
    writing_.remove(id);
}

void VaultStore::BulkWriting::put_place(const core::RecordId& id, core::ByteView place) {
    settle();
    writing_.put_place(id, place);
}

void VaultStore::BulkWriting::commit() {
    settle();
    stop();
    writing_.commit();
}

void VaultStore::BulkWriting::hand_over() {
    start();
    std::list<Batch> written;
    if (++handed_over_ % kWrittenBackAfter == 0 && store_.draft_.write_back) {
        store_.draft_.write_back();
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
        return failure_ || (waiting_.size() < kMostWaiting && waiting_bytes_ < kMostWaitingBytes);
    });
    if (failure_) std::rethrow_exception(failure_);
    written.swap(written_);
    waiting_bytes_ += batch_.bytes;
    waiting_.push_back(std::exchange(batch_, {}));
    changed_.notify_all();
}

/// Afterwards the second thread touches nothing until a batch is handed over.
void VaultStore::BulkWriting::settle() {
    if (!batch_.changes.empty()) hand_over();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.empty() && !is_writing_; });
    if (failure_) std::rethrow_exception(failure_);
}

/// Not before there is something to write: an import of what is here already needs no thread.
void VaultStore::BulkWriting::start() {
    if (thread_.joinable()) return;
    const BlockedSignals blocked;
    try {
        thread_ = std::thread([this] { write_batches(); });
    } catch (const std::system_error&) {
        throw core::SystemFailure("the system has no thread for the import");
    }
}

/// What is still waiting is not written.
void VaultStore::BulkWriting::stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    store_.database_.before_use({});
}

void VaultStore::BulkWriting::write_batches() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
        if (is_over_) return;
        std::list<Batch> batch;
        batch.splice(batch.end(), waiting_, waiting_.begin());
        waiting_bytes_ -= batch.front().bytes;
        is_writing_ = true;
        changed_.notify_all();
        lock.unlock();
        std::exception_ptr failure;
        try {
            write(batch.front());
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        is_writing_ = false;
        written_.splice(written_.end(), batch);
        if (failure) {
            failure_ = failure;
            waiting_.clear();
        }
        changed_.notify_all();
        if (failure) return;
    }
}

void VaultStore::BulkWriting::write(const Batch& batch) {
    for (const Writing::Change& change : batch.changes) writing_.put(change);
}

}  // namespace sparekey::storage
