// A server's SQLite file: one writer with group commit, and a few connections that only read, so
// that reads wait for no writer and go on when the disk is full.
#pragma once

#include "sync/server/store/announcer.h"
#include "sync/server/store/sqlite/store_lock.h"
#include "sync/server/store/sqlite/writer.h"

namespace sparekey::sync {

/// Connections that only read; whoever finds none free waits for one.
class SqliteReaders {
  public:
    explicit SqliteReaders(const std::string& path);
    void read(View view, const Reading& work);

  private:
    std::unique_ptr<SqliteSession> take();
    void give_back(std::unique_ptr<SqliteSession> session);

    std::mutex mutex_;
    std::condition_variable free_;
    std::vector<std::unique_ptr<SqliteSession>> sessions_;
};

class SqliteDatabase final : public Database {
  public:
    /// Makes the file if it is not there, and brings its schema up to date. ErrorCode::conflict if
    /// another use of it forbids this one.
    static core::Result<std::unique_ptr<SqliteDatabase>> open(const std::string& path, Use use,
                                                              StoreObserver* observer = nullptr);

    void write(const Writing& work) override;
    void read(View view, const Reading& work) override;
    void announce(const AccountId& account, std::uint64_t head) override;
    void on_change(ChangeListener listener) override;
    void check_structure() override;

    /// A consistent copy, while others write; `path` has been made by the caller.
    void copy_to(const std::string& path);
    /// See SqliteWriter::commits().
    std::uint64_t commits() const { return writer_.commits(); }

  private:
    SqliteDatabase(const std::string& path, StoreLock lock, StoreObserver* observer);

    std::string path_;
    StoreLock lock_;
    SqliteWriter writer_;
    SqliteReaders readers_;
    Announcer announcer_;
};

}  // namespace sparekey::sync
