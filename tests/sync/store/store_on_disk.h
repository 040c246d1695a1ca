// A server's store of either kind for one test, and pushes to it whose commits a test can read.
#pragma once

#include "sync/server/store/open.h"
#include "sync/server/store/upkeep/verify.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/generators/catch_generators.hpp>

namespace sparekey::tests {

enum class StoreKind { sqlite, postgres };

class StoreOnDisk {
  public:
    explicit StoreOnDisk(StoreKind kind);

    StoreKind kind() const { return kind_; }
    const std::string& address() const { return address_; }
    /// Of SQLite's file.
    std::string path() const { return home_.file("server.db"); }
    const Home& home() const { return home_; }
    /// Throws what the test did not expect.
    std::unique_ptr<sync::Store> open(sync::Use use = sync::Use::server) const;
    std::unique_ptr<sync::Database> open_database(sync::Use use = sync::Use::visitor) const;
    /// Behind the store's back.
    void tamper(const std::string& sql) const;

  private:
    StoreKind kind_;
    Home home_;
    std::string address_;
};

/// What a test of a rule runs on.
#define BOTH_STORES \
    GENERATE(sparekey::tests::StoreKind::sqlite, sparekey::tests::StoreKind::postgres)

inline constexpr std::uint64_t kNow = 1'700'000'000'000;
inline constexpr sync::Quota kAmple{1'000'000, 1'000'000'000'000, 1'000};

core::Bytes random_bytes(SeededRandom& random, std::size_t size);
core::Hash random_hash(SeededRandom& random);
sync::Device random_device(SeededRandom& random);
sync::Identity identity(const std::string& subject, const std::string& issuer = "https://id.test");
sync::Ticket ticket(sync::TicketKind kind, const core::Hash& key);
sync::AuditEntry audit(const std::string& action, std::uint64_t at_ms = kNow);

/// A change with a blob of some bytes, or a removal.
sync::Change put(const core::RecordId& id, std::uint64_t version, core::Bytes blob);
sync::Change removal(const core::RecordId& id, std::uint64_t version);

/// A commit on `head` in the tests' own encoding, whose hash is SHA-256 of its bytes.
sync::Push push_on(const sync::AccountId& account, std::uint64_t head, const core::Hash& previous,
                   std::vector<sync::Change> changes);
core::Result<sync::CommitContent> read_commit(core::ByteView bytes);
/// A roster in the tests' own encoding, which says who is listed.
core::Bytes encode_roster(const std::vector<sync::Device>& devices);
core::Result<std::vector<sync::ListedDevice>> read_roster(core::ByteView bytes);
sync::ContentReader commit_reader();

/// One account as a device sees it.
class Chain {
  public:
    Chain(sync::Store& store, SeededRandom& random)
        : store_(store), id(sync::AccountId::random(random)) {}
    /// The first commit, with a roster of these devices.
    sync::PushOutcome found(std::vector<sync::Device> devices = {});
    sync::Push next(std::vector<sync::Change> changes = {}) const;
    /// Follows if it was stored.
    sync::PushOutcome push(const sync::Push& push);
    sync::Push founding(std::vector<sync::Device> devices = {}) const;

  private:
    sync::Store& store_;

  public:
    sync::AccountId id;
    std::uint64_t n = 0;
    core::Hash hash{};
};

/// Of this many threads, started together; what they throw comes out.
void in_parallel(std::size_t threads, const std::function<void(std::size_t)>& work);

}  // namespace sparekey::tests
