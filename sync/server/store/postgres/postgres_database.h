// A PostgreSQL database, 15 or later, which several servers may share.
//
// Writes run at READ COMMITTED and hold the account's row, so that pushes of one account come one
// after another and those of different accounts never meet; each other decision is one statement.
// Snapshots are REPEATABLE READ. What an engine that always serializes cannot do at once (40001,
// 40P01) is tried again, after a pause that differs from that of whoever was met.
#pragma once

#include "sync/server/store/postgres/listener.h"
#include "sync/server/store/postgres/pool.h"

namespace sparekey::sync {

class PostgresDatabase final : public Database {
  public:
    /// Brings the schema up to date, under a lock that all servers know. ErrorCode::conflict if
    /// another use of the database forbids this one.
    static core::Result<std::unique_ptr<PostgresDatabase>> open(const std::string& options,
                                                                Use use);
    ~PostgresDatabase() override;

    void write(const Writing& work) override;
    void read(View view, const Reading& work) override;
    void announce(const AccountId& account, std::uint64_t head) override;
    void on_change(ChangeListener listener) override;
    /// Nothing: PostgreSQL checks pages as it reads them, if the cluster has checksums.
    void check_structure() override {}

  private:
    PostgresDatabase(const std::string& options, Use use,
                     std::unique_ptr<PostgresConnection> holder);
    void tell_others(const Announcer::Heads& heads);

    PostgresPool pool_;
    Announcer announcer_;
    PostgresListener listener_;
};

}  // namespace sparekey::sync
