// kill -9 of a server that pushes, at any of very many moments: no acknowledged push is lost.
#include "tests/support/postgres_cluster.h"
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iostream>

namespace sparekey::sync {
namespace {

constexpr std::size_t kThreads = 4;

struct Acknowledged {
    std::uint32_t thread = 0;
    std::uint32_t n = 0;
};
using Heads = std::array<std::uint64_t, kThreads>;

/// Pushes to one account until it is killed.
void push_for_ever(Store& store, const AccountId& id, std::uint32_t thread, int pipe) {
    const auto account = store.account(id);
    if (!account) ::_exit(2);
    std::uint64_t head = account->head;
    Hash hash = account->head_hash;
    for (;;) {
        const auto n = static_cast<std::uint8_t>(head);
        const PushOutcome outcome = store.push(tests::push_on(
            id, head, hash, {tests::put(RecordId{{n}}, 1 + (head - n) / 256, Bytes(300, n))}));
        head = outcome.pushed ? outcome.pushed->n : outcome.head;
        hash = outcome.pushed ? outcome.pushed->hash : outcome.head_hash;
        const Acknowledged said{thread, static_cast<std::uint32_t>(head)};
        if (outcome.pushed && ::write(pipe, &said, sizeof said) != sizeof said) ::_exit(3);
    }
}

[[noreturn]] void serve_for_ever(const tests::StoreOnDisk& disk, const std::vector<AccountId>& ids,
                                 int pipe) noexcept {
    const auto store = disk.open();
    tests::in_parallel(kThreads, [&](std::size_t i) {
        push_for_ever(*store, ids[i], static_cast<std::uint32_t>(i), pipe);
    });
    ::_exit(4);
}

/// Takes acknowledgements out of `pipe` until its end, or at most so many.
void hear(int pipe, Heads& heads, std::size_t most = static_cast<std::size_t>(-1)) {
    Acknowledged said;
    for (; most > 0 && ::read(pipe, &said, sizeof said) == sizeof said; --most) {
        heads[said.thread] = said.n;
    }
}

Heads heads_of(Store& store, const std::vector<AccountId>& ids) {
    Heads heads{};
    for (std::size_t i = 0; i < kThreads; ++i) heads[i] = store.account(ids[i])->head;
    return heads;
}

/// One life of a server: what it acknowledged before it was killed.
Heads live_and_die(const tests::StoreOnDisk& disk, const std::vector<AccountId>& ids, Heads heads,
                   tests::SeededRandom& random) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t server = ::fork();
    if (server == 0) {
        ::close(ends[0]);
        serve_for_ever(disk, ids, ends[1]);
    }
    ::close(ends[1]);
    hear(ends[0], heads, random.below(20));
    ::usleep(static_cast<unsigned>(random.below(8'000)));
    ::kill(server, SIGKILL);
    int status = 0;
    ::waitpid(server, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    hear(ends[0], heads);
    ::close(ends[0]);
    return heads;
}

std::vector<AccountId> found_accounts(const tests::StoreOnDisk& disk, tests::SeededRandom& random) {
    const auto store = disk.open();
    std::vector<AccountId> ids;
    for (std::size_t i = 0; i < kThreads; ++i) {
        tests::Chain chain(*store, random);
        REQUIRE(chain.found().pushed);
        ids.push_back(chain.id);
    }
    return ids;
}

void require_whole(const tests::StoreOnDisk& disk) {
    const auto verified = verify_store(*disk.open_database(), tests::commit_reader());
    if (!verified) FAIL(verified.error().message);
}

void kill_and_look(const tests::StoreOnDisk& disk, std::size_t points,
                   const std::function<void(std::size_t)>& between) {
    tests::SeededRandom random;
    const auto ids = found_accounts(disk, random);
    Heads heads{1, 1, 1, 1};
    std::size_t unheard = 0;
    for (std::size_t point = 0; point < points; ++point) {
        const Heads before = heads;
        const Heads acknowledged = live_and_die(disk, ids, before, random);
        between(point);
        heads = heads_of(*disk.open(), ids);
        for (std::size_t i = 0; i < kThreads; ++i) {
            REQUIRE(heads[i] >= acknowledged[i]);
            // Each thread has one push at most that nobody answered.
            REQUIRE(heads[i] <= std::max(acknowledged[i], before[i]) + 1);
            if (heads[i] > acknowledged[i]) ++unheard;
        }
        if (point % 100 == 99) require_whole(disk);
    }
    require_whole(disk);
    std::uint64_t pushes = 0;
    for (const std::uint64_t head : heads) pushes += head;
    std::cout << "kill -9: " << points << " points, " << pushes << " pushes, none lost; " << unheard
              << " were durable but not yet acknowledged\n";
    CHECK(pushes > points);
}

}  // namespace

TEST_CASE("no acknowledged push is lost to kill -9 on SQLite",
          "[sync][store][kill][mutant:answer-after-commit]") {
    const tests::StoreOnDisk disk(tests::StoreKind::sqlite);
    kill_and_look(disk, tests::count(500), [](std::size_t) {});
}

TEST_CASE("no acknowledged push is lost to kill -9 on PostgreSQL, which crashes now and then",
          "[sync][store][kill]") {
    const tests::StoreOnDisk disk(tests::StoreKind::postgres);
    kill_and_look(disk, tests::count(200), [](std::size_t point) {
        if (point % 20 != 19) return;
        tests::PostgresCluster::shared().crash();
        tests::PostgresCluster::shared().start();
    });
}

}  // namespace sparekey::sync
