#include "sync/server/store/postgres/postgres_database.h"

#include "sync/server/store/postgres/schema.h"
#include "sync/server/store/postgres/transaction.h"

#include <chrono>
#include <thread>

namespace sparekey::sync {
namespace {

// A cluster's default allows 100 connections, and several servers may share it.
constexpr std::size_t kMostConnections = 16;

constexpr Query kNotify("SELECT CAST(pg_notify('sparekey_head', $1) AS TEXT)");

/// With limits of ours on waiting for a database that is not there, if it sets none.
std::string with_timeouts(const std::string& options) {
    if (options.find("connect_timeout") != std::string::npos) return options;
    const bool is_uri = options.find("://") != std::string::npos;
    if (!is_uri) return options + " connect_timeout=5 tcp_user_timeout=20000";
    const char* const joint = options.find('?') == std::string::npos ? "?" : "&";
    return options + joint + "connect_timeout=5&tcp_user_timeout=20000";
}

/// A program that has just ended is seen to have ended a moment later, by a server that has much to
/// do: nobody is told to stop what he has stopped.
bool takes_use_lock_soon(PostgresConnection& holder, Use use) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    while (!take_use_lock(holder, use)) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

}  // namespace

core::Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::open(const std::string& options,
                                                                       Use use) {
    const std::string limited = with_timeouts(options);
    auto holder = std::make_unique<PostgresConnection>(limited);
    if (!takes_use_lock_soon(*holder, use)) {
        return core::unexpected(core::ErrorCode::conflict, "the store's database is in use",
                                "stop the server first");
    }
    std::unique_ptr<PostgresDatabase> database(
        new PostgresDatabase(limited, use, std::move(holder)));
    migrate_postgres(database->pool_);
    return database;
}

PostgresDatabase::PostgresDatabase(const std::string& options, Use use,
                                   std::unique_ptr<PostgresConnection> holder)
    : pool_(options, kMostConnections),
      announcer_([this](const Announcer::Heads& heads) { tell_others(heads); }),
      listener_(options, use, std::move(holder), announcer_) {}

/// Announcing needs the listener, and the listener the announcer.
PostgresDatabase::~PostgresDatabase() {
    announcer_.finish();
}

void PostgresDatabase::write(const Writing& work) {
    run_transaction(pool_, work);
}

void PostgresDatabase::read(View view, const Reading& work) {
    if (view == View::snapshot) {
        run_snapshot(pool_, work);
    } else {
        run_statements(pool_, work);
    }
}

void PostgresDatabase::announce(const AccountId& account, std::uint64_t head) {
    announcer_.announce(account, head);
}

void PostgresDatabase::on_change(ChangeListener listener) {
    announcer_.on_change(std::move(listener));
}

/// Not in the push's own transaction: a NOTIFY makes commits queue behind one lock of the cluster,
/// flush and all. Here one small transaction, which writes nothing, tells of many pushes.
void PostgresDatabase::tell_others(const Announcer::Heads& heads) {
    run_transaction(pool_, [this, &heads](Session& session) {
        for (const auto& [account, head] : heads) {
            const std::string message = listener_.message(account, head);
            session.run(kNotify, {std::string_view(message)});
        }
        return Decision::keep;
    });
}

}  // namespace sparekey::sync
