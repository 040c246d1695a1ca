#include "cli/agent/server/supervisor.h"

#include "cli/agent/claim.h"
#include "cli/agent/message_codec.h"
#include "cli/agent/server/session_watch.h"
#include "cli/agent/server/stream.h"
#include "cli/agent/server/worker_process.h"
#include "cli/agent/socket.h"
#include "cli/agent/socket_path.h"
#include "core/ssh/agent.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <list>
#include <memory>

namespace sparekey::cli::agent {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr std::size_t kMostGreetings = 128;
constexpr std::chrono::seconds kGreetingPatience{5};
constexpr std::chrono::milliseconds kClaimPatience{3000};
constexpr std::chrono::milliseconds kAcceptPause{50};  // when there are no descriptors left

/// What a locked vault offers.
class NoKeys final : public core::SshKeys {
  public:
    std::vector<core::SshIdentity> identities() override { return {}; }
    core::Result<core::Bytes> sign(core::ByteView, core::ByteView, std::uint32_t) override {
        return core::unexpected(core::ErrorCode::locked, "the vault is locked");
    }
};

class Supervisor {
  public:
    explicit Supervisor(const RuntimeFolder& folder)
        : folder_(folder),
          ends_(io_, SIGTERM, SIGINT),
          locks_(io_, SIGHUP),
          children_(io_, SIGCHLD),
          acceptor_(io_,
                    asio::local::stream_protocol::endpoint(SocketPath(folder.socket()).text())),
          ssh_acceptor_(io_) {}

    void run();
    /// Not those of an agent that came after this one had become unreachable.
    void remove_sockets() const;

  private:
    using Greeting = std::shared_ptr<Stream>;
    using Greetings = std::list<Greeting>;  // oldest first

    awaitable<void> accept();
    awaitable<void> accept_ssh();
    awaitable<void> refuse_ssh(std::shared_ptr<Stream> stream);
    void offer_ssh(const Hello& hello);
    void stop_listening();
    awaitable<void> greet(Greeting stream, Greetings::iterator place);
    awaitable<void> grant(Stream& stream, const Hello& hello);
    awaitable<void> lock_on_signal();
    awaitable<void> watch_socket();
    bool is_reachable() const;
    awaitable<void> reap();
    WorkerProcess* worker_of(const std::string& vault);
    void lock(const std::string& vault);

    asio::io_context io_{1};
    const RuntimeFolder& folder_;
    Hello ssh_;              // the last of them
    ino_t socket_ = 0;       // once it listens
    asio::signal_set ends_;  // before the socket, by which others know that it runs
    asio::signal_set locks_;
    asio::signal_set children_;
    asio::local::stream_protocol::acceptor acceptor_;
    asio::local::stream_protocol::acceptor ssh_acceptor_;  // opened by Wish::ssh
    SessionWatch watch_{io_, [this] { lock(""); }};        // before the workers: it outlives them
    std::list<WorkerProcess> workers_;
    Greetings greetings_;
};

void Supervisor::run() {
    struct stat status {};
    if (::lstat(folder_.socket().c_str(), &status) == 0) socket_ = status.st_ino;
    ends_.async_wait([this](const auto&, int) { io_.stop(); });
    asio::co_spawn(io_, accept(), asio::detached);
    asio::co_spawn(io_, lock_on_signal(), asio::detached);
    asio::co_spawn(io_, reap(), asio::detached);
    asio::co_spawn(io_, watch_socket(), asio::detached);
    watch_.start();
    io_.run();
}

awaitable<void> Supervisor::accept() {
    for (;;) {
        auto [failure, socket] = co_await acceptor_.async_accept(kResult);
        if (failure == asio::error::operation_aborted) co_return;
        if (failure) {
            asio::steady_timer pause(io_, kAcceptPause);
            co_await pause.async_wait(kResult);
            continue;
        }
        if (!peer_is_us(socket.native_handle())) continue;
        // Whoever has waited longest without a word makes room.
        if (greetings_.size() >= kMostGreetings) greetings_.front()->close();
        auto stream = std::make_shared<Stream>(std::move(socket));
        const auto place = greetings_.insert(greetings_.end(), stream);
        asio::co_spawn(io_, greet(std::move(stream), place), asio::detached);
    }
}

/// Our socket is where it was made.
bool Supervisor::is_reachable() const {
    struct stat status {};
    return ::lstat(folder_.socket().c_str(), &status) == 0 && S_ISSOCK(status.st_mode) &&
           status.st_ino == socket_;
}

void Supervisor::remove_sockets() const {
    if (!is_reachable()) return;
    ::unlink(folder_.socket().c_str());
    ::unlink(folder_.ssh_socket().c_str());
}

/// An agent that nobody can reach any more, because its folder was moved or emptied, could not be
/// told to lock: it ends.
awaitable<void> Supervisor::watch_socket() {
    const int events = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (events < 0) co_return;
    asio::posix::stream_descriptor watched(io_, events);
    constexpr std::uint32_t kGoes =
        IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;
    if (::inotify_add_watch(events, folder_.path.c_str(), kGoes) < 0) co_return;
    std::array<char, 4096> block;
    while (is_reachable()) {
        const auto [failure, size] = co_await watched.async_read_some(asio::buffer(block), kResult);
        if (failure || !acceptor_.is_open()) co_return;
    }
    io_.stop();
}

awaitable<void> Supervisor::greet(Greeting stream, Greetings::iterator place) {
    const auto frame = co_await stream->receive(kLongestHello, kGreetingPatience);
    if (frame) {
        const auto hello = decode_hello(frame->bytes.expose());
        if (hello) co_await grant(*stream, *hello);
    }
    greetings_.erase(place);
}

awaitable<void> Supervisor::grant(Stream& stream, const Hello& hello) {
    const bool stops = hello.wish == Wish::stop;
    if (stops) stop_listening();
    if (stops || hello.wish == Wish::lock) lock(stops ? "" : hello.vault);
    WorkerProcess* worker = worker_of(hello.vault);
    Welcome welcome{SPAREKEY_VERSION, VaultState::locked, watch_.hears()};
    if (worker != nullptr && worker->is_open()) welcome.state = VaultState::open;
    core::SecretBytes greeting = encode(welcome);
    const bool greeted = co_await stream.send(std::move(greeting), kGreetingPatience);
    if (stops) io_.stop();
    if (!greeted || hello.version != welcome.version) co_return;
    // While the greeting was on its way the worker may have ended.
    worker = worker_of(hello.vault);
    if (hello.wish == Wish::ssh) offer_ssh(hello);
    const bool unlocks = hello.wish == Wish::unlock || hello.wish == Wish::ssh;
    if (unlocks && worker == nullptr && !hello.vault.empty()) {
        try {
            workers_.push_back(WorkerProcess::start({hello.vault, hello.state}));
            worker = &workers_.back();
        } catch (const core::SystemFailure&) {
            co_return;
        }
    }
    const bool asks = hello.wish == Wish::ask && welcome.state == VaultState::open;
    if (worker == nullptr || !(unlocks || asks)) co_return;
    if (unlocks) watch_.start();  // again, should it have ended with its bus
    const storage::File connection = stream.release();
    worker->hand_over(connection, {false, hello.by, {}});
}

/// Before it is answered: whoever comes now is not to wait for an agent that ends.
void Supervisor::stop_listening() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    ssh_acceptor_.close(ignored);
    ::unlink(folder_.socket().c_str());
    ::unlink(folder_.ssh_socket().c_str());
}

/// From now on this vault's keys are offered, until another vault's are.
void Supervisor::offer_ssh(const Hello& hello) {
    ssh_ = hello;
    if (ssh_acceptor_.is_open()) return;
    ::unlink(folder_.ssh_socket().c_str());
    const SocketPath place(folder_.ssh_socket());
    const asio::local::stream_protocol::endpoint endpoint(place.text());
    boost::system::error_code failure;
    ssh_acceptor_.open(endpoint.protocol(), failure);
    if (!failure) ssh_acceptor_.bind(endpoint, failure);
    if (!failure) ssh_acceptor_.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) {
        ssh_acceptor_.close();
        return;
    }
    asio::co_spawn(io_, accept_ssh(), asio::detached);
}

awaitable<void> Supervisor::accept_ssh() {
    for (;;) {
        auto [failure, socket] = co_await ssh_acceptor_.async_accept(kResult);
        if (failure == asio::error::operation_aborted) co_return;
        if (failure) {
            asio::steady_timer pause(io_, kAcceptPause);
            co_await pause.async_wait(kResult);
            continue;
        }
        if (!peer_is_us(socket.native_handle())) continue;
        WorkerProcess* const worker = worker_of(ssh_.vault);
        if (worker != nullptr && worker->is_open()) {
            const storage::File connection(socket.release());
            worker->hand_over(connection, {true, "ssh-agent", ssh_.prompt});
            continue;
        }
        auto stream = std::make_shared<Stream>(std::move(socket));
        asio::co_spawn(io_, refuse_ssh(std::move(stream)), asio::detached);
    }
}

/// A locked vault offers no key: one answer, then the connection ends.
awaitable<void> Supervisor::refuse_ssh(std::shared_ptr<Stream> stream) {
    const auto frame = co_await stream->receive_ssh(kGreetingPatience);
    if (!frame) co_return;
    NoKeys none;
    const core::Bytes answer =
        core::framed_agent_message(core::answer_agent_request(frame->bytes.expose(), none));
    co_await stream->send_raw(answer, kGreetingPatience);
}

WorkerProcess* Supervisor::worker_of(const std::string& vault) {
    workers_.remove_if([](WorkerProcess& worker) { return !worker.is_alive(); });
    for (WorkerProcess& worker : workers_) {
        if (worker.process() > 0 && worker.vault() == vault) return &worker;
    }
    return nullptr;
}

/// Every vault if `vault` is empty.
void Supervisor::lock(const std::string& vault) {
    const auto is_meant = [&](const WorkerProcess& worker) {
        return vault.empty() || worker.vault() == vault;
    };
    // All at once, so that several slow ones take no longer than one.
    for (WorkerProcess& worker : workers_) {
        if (is_meant(worker)) worker.ask_to_end();
    }
    workers_.remove_if(is_meant);
}

awaitable<void> Supervisor::lock_on_signal() {
    for (;;) {
        const auto [failure, number] = co_await locks_.async_wait(kResult);
        if (failure) co_return;
        lock("");
    }
}

awaitable<void> Supervisor::reap() {
    for (;;) {
        const auto [failure, number] = co_await children_.async_wait(kResult);
        if (failure) co_return;
        workers_.remove_if([](WorkerProcess& worker) {
            if (::waitpid(worker.process(), nullptr, WNOHANG) != worker.process()) return false;
            worker.forget();
            return true;
        });
    }
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

core::Result<void> run_supervisor(const RuntimeFolder& folder, storage::File ready) {
    SPAREKEY_CHECK(prepare(folder));
    // One that was told to stop holds it for a moment longer.
    SPAREKEY_TRY(const auto lock, claim(folder.lock(), kClaimPatience));
    if (!lock) return core::unexpected(core::ErrorCode::conflict, "an agent runs already");
    // The socket of one that crashed; prepare() saw that it is a socket of ours.
    ::unlink(folder.socket().c_str());
    raise_descriptor_limit();
    {
        Supervisor supervisor(folder);
        ready = storage::File();
        supervisor.run();
        supervisor.remove_sockets();
    }
    return {};
}

}  // namespace sparekey::cli::agent
