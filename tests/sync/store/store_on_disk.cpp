#include "tests/sync/store/store_on_disk.h"

#include "core/crypto/hash.h"
#include "tests/support/postgres_cluster.h"

#include <exception>
#include <latch>
#include <stdexcept>
#include <thread>

namespace sparekey::tests {
namespace {

template <class T>
T expect(core::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(result).value();
}

void add_number(core::Bytes& bytes, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void add(core::Bytes& bytes, core::ByteView more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Takes what add_number() and add() put.
class Taker {
  public:
    explicit Taker(core::ByteView bytes) : left_(bytes) {}
    template <std::size_t kSize>
    std::array<std::uint8_t, kSize> take() {
        std::array<std::uint8_t, kSize> taken{};
        if (left_.size() < kSize) return whole_ = false, taken;
        std::copy_n(left_.begin(), kSize, taken.begin());
        left_ = left_.subspan(kSize);
        return taken;
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        const auto bytes = take<8>();
        for (std::size_t i = 8; i-- > 0;) value = value << 8 | bytes[i];
        return value;
    }
    bool is_whole() const { return whole_ && left_.empty(); }
    bool has_more() const { return whole_ && !left_.empty(); }

  private:
    core::ByteView left_;
    bool whole_ = true;
};

}  // namespace

StoreOnDisk::StoreOnDisk(StoreKind kind)
    : kind_(kind),
      address_(kind == StoreKind::sqlite ? "sqlite:" + home_.file("server.db")
                                         : PostgresCluster::shared().new_database()) {}

std::unique_ptr<sync::Store> StoreOnDisk::open(sync::Use use) const {
    return expect(sync::open_store(address_, use));
}

std::unique_ptr<sync::Database> StoreOnDisk::open_database(sync::Use use) const {
    return expect(sync::open_database(address_, use));
}

void StoreOnDisk::tamper(const std::string& sql) const {
    if (kind_ == StoreKind::postgres) {
        PostgresCluster::shared().run_sql(address_, sql);
        return;
    }
    const Outcome done = home_.run_program("/usr/bin/sqlite3", {path(), sql});
    if (done.status != 0) throw std::runtime_error("sqlite3: " + done.err);
}

core::Bytes random_bytes(SeededRandom& random, std::size_t size) {
    core::Bytes bytes(size);
    random.fill(bytes);
    return bytes;
}

core::Hash random_hash(SeededRandom& random) {
    return random.bytes<32>();
}

sync::Device random_device(SeededRandom& random) {
    return {core::DeviceId::random(random), random_hash(random), random_hash(random), kNow, 0, {}};
}

sync::Identity identity(const std::string& subject, const std::string& issuer) {
    return {{issuer, subject}, "corp", "Al " + subject, kNow, kNow};
}

sync::Ticket ticket(sync::TicketKind kind, const core::Hash& key) {
    sync::Ticket made;
    made.kind = kind;
    made.key = key;
    made.expires_ms = kNow + 600'000;
    made.state = {1, 2, 3};
    return made;
}

sync::AuditEntry audit(const std::string& action, std::uint64_t at_ms) {
    return {std::nullopt, at_ms, action, "device", "127.0.0.1", R"({"n":1})"};
}

sync::Change put(const core::RecordId& id, std::uint64_t version, core::Bytes blob) {
    const core::Hash hash = core::sha256(blob);
    return {id, version, hash, std::move(blob)};
}

sync::Change removal(const core::RecordId& id, std::uint64_t version) {
    return {id, version, {}, std::nullopt};
}

sync::Push push_on(const sync::AccountId& account, std::uint64_t head, const core::Hash& previous,
                   std::vector<sync::Change> changes) {
    sync::Push push;
    push.account = account;
    push.previous = previous;
    push.commit.n = head + 1;
    core::Bytes& bytes = push.commit.bytes;
    add(bytes, account.bytes);
    add_number(bytes, head + 1);
    add(bytes, previous);
    for (const sync::Change& change : changes) {
        add(bytes, change.id.bytes);
        add_number(bytes, change.version);
        add(bytes, change.hash);
    }
    push.commit.hash = core::sha256(bytes);
    push.changes = std::move(changes);
    push.quota = kAmple;
    push.audit = audit("push");
    return push;
}

core::Result<sync::CommitContent> read_commit(core::ByteView bytes) {
    Taker taker(bytes);
    sync::CommitContent content;
    content.account.bytes = taker.take<16>();
    content.n = taker.number();
    content.previous = taker.take<32>();
    while (taker.has_more()) {
        sync::Change change;
        change.id.bytes = taker.take<16>();
        change.version = taker.number();
        change.hash = taker.take<32>();
        content.changes.push_back(change);
    }
    if (!taker.is_whole()) return core::unexpected(core::ErrorCode::integrity, "no commit");
    content.hash = core::sha256(bytes);
    return content;
}

core::Bytes encode_roster(const std::vector<sync::Device>& devices) {
    core::Bytes bytes{1, 1};
    for (const sync::Device& device : devices) {
        add(bytes, device.id.bytes);
        add(bytes, device.key);
        add(bytes, device.receiving_key);
    }
    return bytes;
}

core::Result<std::vector<sync::ListedDevice>> read_roster(core::ByteView bytes) {
    Taker taker(bytes);
    const bool ours = taker.take<2>() == std::array<std::uint8_t, 2>{1, 1};
    std::vector<sync::ListedDevice> listed;
    while (taker.has_more()) {
        sync::ListedDevice& device = listed.emplace_back();
        device.id.bytes = taker.take<16>();
        device.key = taker.take<32>();
        device.receiving_key = taker.take<32>();
    }
    if (!ours || !taker.is_whole()) {
        return core::unexpected(core::ErrorCode::integrity, "no roster");
    }
    return listed;
}

sync::ContentReader commit_reader() {
    return {read_commit, read_roster};
}

sync::Push Chain::founding(std::vector<sync::Device> devices) const {
    sync::Push push = push_on(id, 0, {}, {});
    push.founding.emplace();
    core::Bytes roster = encode_roster(devices);
    push.roster = sync::Push::Roster{std::move(roster), {2, 2}, {3, 3}, std::move(devices)};
    return push;
}

sync::PushOutcome Chain::found(std::vector<sync::Device> devices) {
    return push(founding(std::move(devices)));
}

sync::Push Chain::next(std::vector<sync::Change> changes) const {
    return push_on(id, n, hash, std::move(changes));
}

sync::PushOutcome Chain::push(const sync::Push& push) {
    const sync::PushOutcome outcome = store_.push(push);
    if (outcome.pushed) {
        n = outcome.pushed->n;
        hash = outcome.pushed->hash;
    }
    return outcome;
}

void in_parallel(std::size_t threads, const std::function<void(std::size_t)>& work) {
    std::latch start(static_cast<std::ptrdiff_t>(threads));
    std::vector<std::exception_ptr> failures(threads);
    std::vector<std::thread> running;
    for (std::size_t i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            start.arrive_and_wait();
            try {
                work(i);
            } catch (...) {
                failures[i] = std::current_exception();
            }
        });
    }
    for (std::thread& thread : running) thread.join();
    for (const auto& failure : failures) {
        if (failure) std::rethrow_exception(failure);
    }
}

}  // namespace sparekey::tests
