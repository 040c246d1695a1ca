// The real server under load: killed at any moment, and for a while.
#include "sync/protocol/routes.h"
#include "sync/server/store/open.h"
#include "tests/support/postgres_cluster.h"
#include "tests/sync/http/raw_client.h"
#include "tests/sync/service/member.h"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace sparekey::tests {
namespace {

constexpr std::size_t kPushers = 4;

std::unique_ptr<sync::Store> open(const std::string& address) {
    auto store = sync::open_store(address, sync::Use::server);
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
}

std::vector<Member> found(const std::string& address, const RunningServer& server,
                          std::size_t members) {
    const auto store = open(address);
    SeededRandom random;
    std::vector<Member> made;
    made.reserve(members);
    for (std::size_t i = 0; i < members; ++i) {
        made.emplace_back(*store, server, random.below(std::size_t{1} << 40));
    }
    return made;
}

/// One device that pushes: what it has not heard of is sent again, byte for byte.
struct Pusher {
    Member& member;
    std::uint64_t acknowledged = 1;
    core::Bytes unheard;
    std::string complaint;

    /// Until the server is gone.
    void push_for_ever(const RunningServer& server, const std::atomic<bool>& ends,
                       std::atomic<std::uint64_t>& heard) {
        const std::string token = member.ask_token(server);
        while (!ends && complaint.empty()) {
            if (unheard.empty()) unheard = member.next_push();
            const auto answer =
                server.try_post(std::string(sync::path::kCommits), std::string(sync::kMediaType),
                                core::text_of(unheard), token);
            if (!answer) return;
            if (answer->status != 200) complaint = answer->body;
            acknowledged = member.head();
            ++heard;
            unheard.clear();
        }
    }
};

void live_and_die(RunningServer& server, std::vector<Pusher>& pushers, SeededRandom& random) {
    server.start();
    std::atomic<bool> ends = false;
    std::atomic<std::uint64_t> heard = 0;
    std::vector<std::thread> threads;
    for (Pusher& pusher : pushers) {
        threads.emplace_back([&] {
            try {
                pusher.push_for_ever(server, ends, heard);
            } catch (const std::exception&) {
                // Killed before it had a token.
            }
        });
    }
    // At any moment, but not before anything was acknowledged: a loaded machine takes its time.
    const std::uint64_t enough = 1 + random.below(20);
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (heard < enough && std::chrono::steady_clock::now() < patience) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random.below(20)));
    server.kill();
    ends = true;
    for (std::thread& thread : threads) thread.join();
}

void kill_and_look(const std::string& address, RunningServer& server, std::size_t points) {
    auto members = found(address, server, kPushers);
    std::vector<Pusher> pushers;
    for (Member& member : members) pushers.push_back(Pusher{member, 1, {}, {}});
    SeededRandom random;
    std::uint64_t pushed = 0;
    for (std::size_t point = 0; point < points; ++point) {
        live_and_die(server, pushers, random);
        const auto store = open(address);
        for (const Pusher& pusher : pushers) {
            INFO(pusher.complaint);
            REQUIRE(pusher.complaint.empty());
            const std::uint64_t head = store->account(pusher.member.vault())->head;
            REQUIRE(head >= pusher.acknowledged);
            REQUIRE(head <= pusher.member.head());
        }
    }
    for (const Pusher& pusher : pushers) pushed += pusher.acknowledged - 1;
    CHECK(pushed >= points);
    WARN("kill -9 of the server: " << points << " points, " << pushed
                                   << " acknowledged pushes, none lost");
    CHECK(server.command({"verify"}).status == 0);
}

/// What /proc/PID/status calls VmRSS.
std::size_t memory_kib(int process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    std::string word;
    std::size_t kib = 0;
    while (status >> word) {
        if (word == "VmRSS:" && status >> kib) return kib;
    }
    throw std::runtime_error("no memory is told");
}

std::size_t descriptors(int process) {
    std::size_t open = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd")) {
        ++open;
    }
    return open;
}

/// A device with a connection that it keeps.
struct Client {
    Client(Member& of, const RunningServer& server)
        : member(of), host(server.origin().substr(7)), token(of.ask_token(server)), wire(host) {}

    /// Now a push, now a page of commits, now the account; its status, 0 for none.
    int ask(std::size_t turn) {
        if (turn % 3 == 0) {
            return answered("POST", "/api/v1/commits", member.next_push(), sync::kMediaType);
        }
        if (turn % 3 == 1) {
            const std::uint64_t known = member.head() - 1;
            return answered("GET", "/api/v1/commits?after=" + std::to_string(known), {}, {});
        }
        return answered("GET", "/api/v1/account", {}, {});
    }
    int answered(const std::string& method, const std::string& target, const core::Bytes& body,
                 std::string_view type) {
        std::string head = method + " " + target + " HTTP/1.1\r\nHost: " + host +
                           "\r\nAuthorization: Bearer " + token + "\r\n";
        if (!type.empty()) {
            head += "Content-Type: " + std::string(type) +
                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
        }
        const auto answer = wire.ask(head + "\r\n" + std::string(core::text_of(body)));
        return answer ? answer->status : 0;
    }

    Member& member;
    std::string host;
    std::string token;
    RawClient wire;
};

/// `requests` by the clients in turn, fifty a second; how many were not answered with 200.
std::size_t run(std::vector<Client>& clients, std::size_t requests) {
    constexpr std::chrono::milliseconds kPause(20);
    auto next = std::chrono::steady_clock::now();
    std::size_t failed = 0;
    for (std::size_t i = 0; i < requests; ++i) {
        next += kPause;
        std::this_thread::sleep_until(next);
        const int status = clients[i % clients.size()].ask(i / clients.size() + i);
        if (status != 200) ++failed;
    }
    return failed;
}

}  // namespace

TEST_CASE("no push that the server acknowledged is lost to kill -9, on SQLite",
          "[sync][service][kill]") {
    RunningServer server;
    server.configure("requests_per_second = 0\n");
    kill_and_look("sqlite:" + server.store_path(), server, count(20));
}

TEST_CASE("no push that the server acknowledged is lost to kill -9, on PostgreSQL",
          "[sync][service][kill]") {
    const std::string address = PostgresCluster::uri(PostgresCluster::shared().new_database());
    RunningServer server(address);
    server.configure("requests_per_second = 0\n");
    kill_and_look(address, server, count(5));
}

TEST_CASE("two hundred clients and fifty requests a second leave descriptors and memory flat",
          "[sync][service][soak]") {
    RunningServer server;
    server.configure("requests_per_second = 0\n");
    auto members = found("sqlite:" + server.store_path(), server, 200);
    server.start();
    std::vector<Client> clients;
    clients.reserve(members.size());
    for (Member& member : members) clients.emplace_back(member, server);
    const std::size_t requests = count(3'000);
    constexpr std::size_t kParts = 6;
    std::vector<std::size_t> memory;
    std::vector<std::size_t> open_files;
    for (std::size_t part = 0; part < kParts; ++part) {
        CHECK(run(clients, requests / kParts) == 0);
        memory.push_back(memory_kib(server.process()));
        open_files.push_back(descriptors(server.process()));
        UNSCOPED_INFO("after part " << part << ": " << memory.back() << " KiB, "
                                    << open_files.back() << " descriptors");
    }
    // The first half warms up.
    CHECK(open_files.back() <= open_files[kParts / 2 - 1]);
    // SQLite's page caches still fill, by some 240 bytes a request until they hold 10 MiB; what a
    // shorter run begins with weighs more than that.
    if (requests >= 3'000) CHECK(memory.back() * 100 <= memory[kParts / 2 - 1] * 105);
    WARN("soak: " << requests << " requests, " << open_files.back() << " descriptors, "
                  << memory[kParts / 2 - 1] << " KiB halfway, " << memory.back()
                  << " KiB at the end");
    CHECK(server.stop() == 0);
}

}  // namespace sparekey::tests
