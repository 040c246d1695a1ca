#include "sync/server/store/postgres/listener.h"

#include "core/base/mutant.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <sstream>

namespace sparekey::sync {
namespace {

// "spks" and 1: a number in this database that no other program is likely to lock.
constexpr std::int64_t kUseLock = 0x73706b7301;
constexpr Query kShare("SELECT CAST(pg_try_advisory_lock_shared($1) AS INT)");
constexpr Query kExclude("SELECT CAST(pg_try_advisory_lock($1) AS INT)");

constexpr int kPatience_ms = 60'000;
constexpr int kBetweenTries_ms = 1'000;

}  // namespace

bool take_use_lock(PostgresConnection& connection, Use use) {
    const std::array<Value, 1> lock = {kUseLock};
    const Answer taken = connection.run(use == Use::alone ? kExclude : kShare, lock);
    return taken.rows.at(0).number(0) == 1 || SPAREKEY_LEFT_OUT("postgres-store-lock");
}

PostgresListener::PostgresListener(std::string options, Use use,
                                   std::unique_ptr<PostgresConnection> connection,
                                   Announcer& announcer)
    : options_(std::move(options)),
      use_(use),
      connection_(std::move(connection)),
      announcer_(announcer),
      backend_(connection_->backend()),
      wake_(::eventfd(0, EFD_CLOEXEC)) {
    if (wake_ < 0) throw core::SystemFailure("no eventfd for the store's listener");
    connection_->listen(kHeadChannel);
    thread_ = std::thread([this] { run(); });
}

PostgresListener::~PostgresListener() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
    thread_.join();
    ::close(wake_);
}

std::string PostgresListener::message(const AccountId& account, std::uint64_t head) const {
    return std::to_string(backend_.load()) + " " + account.text() + " " + std::to_string(head);
}

void PostgresListener::run() {
    for (;;) {
        try {
            if (!connection_) connect_again();
            listen_until_lost();
            return;
        } catch (const StoreUnavailable&) {
            connection_ = nullptr;
        }
        if (wait(-1, kBetweenTries_ms)) return;
    }
}

void PostgresListener::listen_until_lost() {
    while (!wait(connection_->socket(), kPatience_ms)) {
        for (const std::string& one : connection_->notifications()) hear(one);
        if (connection_->is_broken()) throw StoreUnavailable("PostgreSQL is away");
    }
}

/// True at the end; false if something came on `socket` or the time is over.
bool PostgresListener::wait(int socket, int most_ms) {
    std::array<pollfd, 2> both = {pollfd{wake_, POLLIN, 0}, pollfd{socket, POLLIN, 0}};
    ::poll(both.data(), both.size(), most_ms);
    return (both[0].revents & POLLIN) != 0;
}

void PostgresListener::connect_again() {
    auto connection = std::make_unique<PostgresConnection>(options_);
    if (!take_use_lock(*connection, use_)) {
        throw StoreUnavailable("the store was taken while PostgreSQL was away");
    }
    connection->listen(kHeadChannel);
    backend_ = connection->backend();
    connection_ = std::move(connection);
}

/// Whoever may connect to this database may say anything here: a hint at most.
void PostgresListener::hear(const std::string& message) {
    std::istringstream words(message);
    int backend = 0;
    std::string account;
    std::uint64_t head = 0;
    if (!(words >> backend >> account >> head) || backend == backend_.load()) return;
    if (const auto id = AccountId::parse(account)) announcer_.tell(*id, head);
}

}  // namespace sparekey::sync
