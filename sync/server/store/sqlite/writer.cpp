#include "sync/server/store/sqlite/writer.h"

#include "core/base/mutant.h"

#include <algorithm>
#include <utility>

namespace sparekey::sync {
namespace {

constexpr Query kSavepoint("SAVEPOINT one");
constexpr Query kRelease("RELEASE one");
constexpr Query kRollBack("ROLLBACK TO one");

/// More would only lengthen the wait of the first.
constexpr std::size_t kMostTogether = 256;

/// SQLite has rolled back everything: the neighbours in the same transaction are gone too.
class TransactionLost : public StoreUnavailable {
  public:
    TransactionLost() : StoreUnavailable("the server's store gave a transaction up") {}
};

}  // namespace

SqliteWriter::SqliteWriter(const std::string& path, StoreObserver* observer)
    : session_(path, Access::read_write), observer_(observer), thread_([this] { run(); }) {}

SqliteWriter::~SqliteWriter() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    waiting_.notify_one();
    thread_.join();
}

void SqliteWriter::write(const Writing& work) {
    auto job = std::make_unique<Job>();
    job->work = &work;
    std::future<void> done = job->done.get_future();
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(job));
    }
    waiting_.notify_one();
    done.get();
}

SqliteWriter::Jobs SqliteWriter::wait_for_jobs() {
    std::unique_lock lock(mutex_);
    waiting_.wait(lock, [this] { return ends_ || !queue_.empty(); });
    const std::size_t count = std::min(queue_.size(), kMostTogether);
    Jobs jobs;
    std::move(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count),
              std::back_inserter(jobs));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    return jobs;
}

void SqliteWriter::run() {
    for (;;) {
        const Jobs jobs = wait_for_jobs();
        if (jobs.empty()) return;
        if (!commit_together(jobs) && jobs.size() > 1) {
            for (const auto& job : jobs) commit_together({&job, 1});
        }
        for (const auto& job : jobs) answer(*job);
    }
}

bool SqliteWriter::commit_together(std::span<const std::unique_ptr<Job>> jobs) {
    try {
        SqliteTransaction transaction(session_.connection());
        for (const auto& job : jobs) run_in_savepoint(*job);
        if (SPAREKEY_LEFT_OUT("answer-after-commit")) {
            for (const auto& job : jobs) answer(*job);
        }
        transaction.commit();
        commits_ += 1;
        if (observer_ != nullptr) observer_->group(jobs.size());
        return true;
    } catch (const StoreUnavailable&) {
        for (const auto& job : jobs) job->failure = std::current_exception();
        return false;
    }
}

void SqliteWriter::run_in_savepoint(Job& job) {
    job.failure = nullptr;
    Decision decision = Decision::undo;
    session_.run(kSavepoint, {});
    try {
        decision = (*job.work)(session_);
    } catch (...) {
        job.failure = std::current_exception();
        if (!session_.connection().in_transaction()) throw TransactionLost();
    }
    if (decision == Decision::undo && !SPAREKEY_LEFT_OUT("savepoint-undone")) {
        session_.run(kRollBack, {});
    }
    session_.run(kRelease, {});
}

void SqliteWriter::answer(Job& job) {
    if (std::exchange(job.answered, true)) return;
    if (job.failure) {
        job.done.set_exception(job.failure);
    } else {
        job.done.set_value();
    }
}

}  // namespace sparekey::sync
