// bench_store [SECONDS]: pushes per second of the server's two stores, with 64 threads on accounts
// of their own, beside what their databases can do: a bare group-commit loop on a SQLite file of
// the same settings, and pgbench's default transaction (16 clients) on the same PostgreSQL.
//
// Alternating rounds in one run, so that other load meets all of them; prints medians as JSON.
#include "core/crypto/hash.h"
#include "core/crypto/system_random.h"
#include "sync/server/store/open.h"
#include "sync/server/store/sqlite/connection.h"
#include "sync/server/store/sqlite/session.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <thread>

namespace sparekey::tests {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kThreads = 64;
constexpr int kClients = 16;
constexpr int kRounds = 5;
constexpr std::size_t kBlobBytes = 1'000;

constexpr sync::Script kBareTable(
    "CREATE TABLE bare(id BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT");
constexpr sync::Query kBareRow("INSERT INTO bare(id, value) VALUES($1, $2)");

sync::Push push_on(const sync::AccountId& account, std::uint64_t head, const core::Hash& previous,
                   SeededRandom& random) {
    sync::Push push;
    push.account = account;
    push.previous = previous;
    core::Bytes blob(kBlobBytes);
    random.fill(blob);
    const core::Hash hash = core::sha256(blob);
    push.changes.push_back({core::RecordId::random(random), 1, hash, std::move(blob)});
    push.commit = {head + 1, core::sha256({hash, previous}), core::Bytes(300)};
    push.quota = {1'000'000'000, ~std::uint64_t{0} >> 2, 10};
    push.audit = {account, 1, "push", "device", "127.0.0.1", "{}"};
    if (head == 0) push.founding.emplace();
    return push;
}

/// One device that pushes until the time is over; how many were acknowledged.
std::uint64_t push_until(sync::Store& store, std::uint64_t seed, const std::atomic<bool>& over) {
    SeededRandom random(seed);
    const auto account = sync::AccountId::random(random);
    std::uint64_t head = 0;
    core::Hash hash{};
    while (!over) {
        const auto outcome = store.push(push_on(account, head, hash, random));
        if (!outcome.pushed) std::abort();
        head = outcome.pushed->n;
        hash = outcome.pushed->hash;
    }
    return head;
}

double pushes_per_second(sync::Store& store, double seconds, std::uint64_t seed) {
    std::atomic<bool> over = false;
    std::atomic<std::uint64_t> pushed = 0;
    std::vector<std::thread> threads;
    const auto start = Clock::now();
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            pushed += push_until(store, seed * kThreads + static_cast<std::uint64_t>(i), over);
        });
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    over = true;
    for (std::thread& thread : threads) thread.join();
    return static_cast<double>(pushed) /
           std::chrono::duration<double>(Clock::now() - start).count();
}

/// The least that a durable push can cost: one row of the same size, 64 to a transaction, as if all
/// threads always waited together.
double bare_rows_per_second(sync::SqliteSession& session, double seconds, SeededRandom& random) {
    std::uint64_t rows = 0;
    const auto start = Clock::now();
    core::Bytes value(kBlobBytes + 300);
    while (std::chrono::duration<double>(Clock::now() - start).count() < seconds) {
        sync::SqliteTransaction transaction(session.connection());
        for (int i = 0; i < kThreads; ++i, ++rows) {
            random.fill(value);
            const core::Hash id = core::sha256(value);
            session.run(kBareRow, {sync::bytes(id), sync::bytes(value)});
        }
        transaction.commit();
    }
    return static_cast<double>(rows) / std::chrono::duration<double>(Clock::now() - start).count();
}

double pgbench_per_second(double seconds, const std::string& database) {
    const std::string shown = PostgresCluster::shared().run_program(
        {"pgbench", "-n", "-c", std::to_string(kClients), "-j", "2", "-T",
         std::to_string(std::max(1, static_cast<int>(seconds))), "-M", "prepared", database});
    const auto at = shown.find("tps = ");
    return at == std::string::npos ? 0 : std::atof(shown.c_str() + at + 6);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

std::unique_ptr<sync::Store> open(const std::string& address) {
    auto store = sync::open_store(address, sync::Use::server);
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(store).value();
}

void run(double seconds) {
    const Home home;
    SeededRandom random;
    sync::SqliteSession bare(home.file("bare.db"), sync::Access::read_write);
    bare.connection().execute(kBareTable);
    const auto sqlite = open("sqlite:" + home.file("server.db"));
    PostgresCluster& cluster = PostgresCluster::shared();
    const std::string address = cluster.new_database(), bench = cluster.new_database();
    const std::string database = bench.substr(bench.find("dbname=") + 7);
    cluster.run_program({"pgbench", "-i", "-q", "-s", "10", database});
    const auto postgres = open(address);
    std::map<std::string, std::vector<double>> figures;
    for (std::uint64_t round = 1; round <= kRounds; ++round) {
        figures["sqlite"].push_back(pushes_per_second(*sqlite, seconds, 2 * round));
        figures["bare group commit"].push_back(bare_rows_per_second(bare, seconds, random));
        figures["postgresql"].push_back(pushes_per_second(*postgres, seconds, 2 * round + 1));
        figures["pgbench"].push_back(pgbench_per_second(seconds, database));
    }
    std::printf("{");
    for (const auto& [name, values] : figures) {
        std::printf("\"%s\": {\"median\": %.0f, \"least\": %.0f, \"most\": %.0f}, ", name.c_str(),
                    median(values), *std::min_element(values.begin(), values.end()),
                    *std::max_element(values.begin(), values.end()));
    }
    std::printf("\"sqlite / bare\": %.2f, \"postgresql / pgbench\": %.2f}\n",
                median(figures["sqlite"]) / median(figures["bare group commit"]),
                median(figures["postgresql"]) / median(figures["pgbench"]));
}

}  // namespace
}  // namespace sparekey::tests

int main(int argc, char** argv) {
    sparekey::core::start_crypto();
    try {
        sparekey::tests::run(argc > 1 ? std::atof(argv[1]) : 3);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "bench_store: %s\n", failure.what());
        return 1;
    }
}
