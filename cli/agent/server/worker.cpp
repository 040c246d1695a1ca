#include "cli/agent/server/worker.h"

#include "cli/agent/server/answers.h"
#include "cli/agent/server/bulk.h"
#include "cli/agent/server/confirmation.h"
#include "cli/agent/server/secret_memory.h"
#include "cli/agent/server/ssh_keys.h"
#include "cli/agent/server/stream.h"
#include "cli/agent/socket.h"
#include "cli/session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <malloc.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <array>
#include <csignal>
#include <list>
#include <memory>

namespace sparekey::cli::agent {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
constexpr std::size_t kMostConnections = 256;
constexpr std::chrono::seconds kIdlePatience{3600};        // a finder that stays open, say
constexpr std::chrono::hours kLockPatience{24 * 365};      // who asks nothing waits for the lock
constexpr std::chrono::seconds kSlowPatience{30};          // to take an answer
constexpr std::chrono::seconds kPersonPatience{120};       // to allow a use of an SSH key
constexpr std::chrono::milliseconds kLeasePatience{5000};  // as for the lock of the folder
constexpr std::chrono::milliseconds kLeaseStep{10};
/// Bytes of answers that slow readers have not taken yet, together.
constexpr std::size_t kMostUnsent = std::size_t{64} << 20;

struct Connected {
    Stream stream;
    HandOver order;
    bool sending = false;
    bool has_asked = false;

    Connected(LocalSocket socket, HandOver what)
        : stream(std::move(socket)), order(std::move(what)) {}
    const std::string& by() const { return order.by; }
};

class Worker {
  public:
    Worker(storage::File control, storage::FolderPaths paths)
        : control_(io_, control.release()),
          holder_(std::move(paths), clock_),
          timer_(io_, ::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
          signals_(io_, SIGTERM, SIGINT, SIGHUP) {}

    int run();

  private:
    using Connections = std::list<std::shared_ptr<Connected>>;  // longest unused first

    awaitable<void> take_connections();
    awaitable<void> serve(std::shared_ptr<Connected> connected, Connections::iterator place);
    awaitable<void> serve_ssh(std::shared_ptr<Connected> connected, Connections::iterator place);
    awaitable<core::Bytes> answer_ssh(Connected& connected, core::ByteView message);
    awaitable<bool> reply(Connected& connected, Frame frame);
    awaitable<core::SecretBytes> work(Connected& connected, Question question, Frame& frame);
    awaitable<core::SecretBytes> import(Connected& connected, Import question,
                                        const storage::File& content);
    awaitable<bool> send(Connected& connected, core::SecretBytes answer);
    awaitable<void> prepare();
    awaitable<bool> ask_person(std::string question, std::vector<std::string> prompt);
    awaitable<bool> wait_for_lease(const Connected& connected);
    awaitable<void> watch_time();
    void start_time();
    void make_room();

    asio::io_context io_{1};
    asio::posix::stream_descriptor control_;
    SystemClock clock_;
    VaultHolder holder_;
    asio::posix::stream_descriptor timer_;
    std::uint64_t timeout_s_ = 0;
    const Connected* lent_to_ = nullptr;
    bool preparing_ = false;
    asio::signal_set signals_;
    Connections connections_;
    std::size_t unsent_ = 0;
};

int Worker::run() {
    signals_.async_wait([this](const auto&, int) { io_.stop(); });
    asio::co_spawn(io_, take_connections(), asio::detached);
    asio::co_spawn(io_, watch_time(), asio::detached);
    io_.run();
    holder_.write_synced();
    return 0;
}

/// Until the agent is gone.
awaitable<void> Worker::take_connections() {
    for (;;) {
        const auto [failure] =
            co_await control_.async_wait(asio::posix::descriptor_base::wait_read, kResult);
        if (failure) break;
        std::array<std::uint8_t, kLongestHello> message;
        storage::File passed;
        const ssize_t got = receive_with_descriptor(control_.native_handle(), message, passed);
        if (got <= 0) break;
        auto order = decode_hand_over(core::ByteView(message).first(static_cast<std::size_t>(got)));
        if (!passed.is_open() || !order) continue;
        make_room();
        LocalSocket socket(io_);
        socket.assign(asio::local::stream_protocol(), passed.release());
        auto connected = std::make_shared<Connected>(std::move(socket), std::move(*order));
        const auto place = connections_.insert(connections_.end(), connected);
        if (connected->order.is_ssh) {
            asio::co_spawn(io_, serve_ssh(std::move(connected), place), asio::detached);
        } else {
            asio::co_spawn(io_, serve(std::move(connected), place), asio::detached);
        }
    }
    io_.stop();
}

/// The longest unused connection makes room for a new one.
void Worker::make_room() {
    if (connections_.size() < kMostConnections) return;
    for (const auto& connected : connections_) {
        if (connected.get() == lent_to_) continue;
        connected->stream.close();
        return;
    }
}

awaitable<void> Worker::serve(std::shared_ptr<Connected> connected, Connections::iterator place) {
    for (;;) {
        const std::chrono::seconds patience =
            connected->has_asked ? kIdlePatience : std::chrono::seconds(kLockPatience);
        auto frame = co_await connected->stream.receive(kLongestQuestion, patience);
        if (!frame) break;
        connected->has_asked = true;
        connections_.splice(connections_.end(), connections_, place);
        const bool goes_on = co_await reply(*connected, std::move(*frame));
        if (!goes_on) break;
    }
    if (lent_to_ == connected.get()) {
        lent_to_ = nullptr;
    }
    connections_.erase(place);
    if (lent_to_ == nullptr) holder_.write_synced();
    // A worker whose vault never opened has nothing to wait for.
    if (!holder_.is_open() && connections_.empty()) io_.stop();
}

/// A connection of OpenSSH: lists and signatures, one after the other.
awaitable<void> Worker::serve_ssh(std::shared_ptr<Connected> connected,
                                  Connections::iterator place) {
    for (;;) {
        const auto frame = co_await connected->stream.receive_ssh(kIdlePatience);
        if (!frame) break;
        connections_.splice(connections_.end(), connections_, place);
        const core::Bytes answer = co_await answer_ssh(*connected, frame->bytes.expose());
        const bool sent = co_await connected->stream.send_raw(answer, kSlowPatience);
        if (lent_to_ == nullptr) holder_.write_notes();
        if (!sent) break;
    }
    connections_.erase(place);
}

awaitable<core::Bytes> Worker::answer_ssh(Connected& connected, core::ByteView message) {
    const bool free = co_await wait_for_lease(connected);
    if (!free) co_return core::framed_agent_message(core::failure_answer());
    VaultSshKeys keys(holder_, connected.by());
    auto question = keys.wants_confirmation(message);
    if (question) {
        const bool agreed = co_await ask_person(std::move(*question), connected.order.prompt);
        const bool still_free = co_await wait_for_lease(connected);
        if (!agreed || !still_free) co_return core::framed_agent_message(core::failure_answer());
    }
    start_time();
    co_return core::framed_agent_message(keys.answer(message));
}

/// In a process of its own, so that nobody else waits.
awaitable<bool> Worker::ask_person(std::string question, std::vector<std::string> prompt) {
    if (prompt.empty()) co_return false;
    Confirmation confirmation{std::move(question), std::move(prompt)};
    storage::File channel;
    try {
        channel = start_confirmation(confirmation);
    } catch (const core::SystemFailure&) {
        co_return false;
    }
    LocalSocket socket(io_);
    socket.assign(asio::local::stream_protocol(), channel.release());
    Stream asking(std::move(socket));
    const auto frame = co_await asking.receive(kLongestHello, kPersonPatience);
    if (!frame) co_return false;
    co_return is_yes(frame->bytes.expose());
}

awaitable<bool> Worker::reply(Connected& connected, Frame frame) {
    auto question = decode_question(frame.bytes.expose());
    frame.bytes = {};
    if (!question) co_return false;
    if (is_use(*question)) start_time();
    core::SecretBytes answer = co_await work(connected, std::move(*question), frame);
    const bool sent = co_await send(connected, std::move(answer));
    // Nobody waits for the disk: the lines follow the answer.
    if (lent_to_ == nullptr) holder_.write_notes();
    if (!preparing_) {
        preparing_ = true;
        asio::co_spawn(io_, prepare(), asio::detached);
    }
    co_return sent;
}

/// Between the questions, so that none waits for more than one piece.
awaitable<void> Worker::prepare() {
    while (lent_to_ == nullptr && holder_.prepare()) {
        co_await asio::post(io_, asio::use_awaitable);
    }
    preparing_ = false;
}

awaitable<core::SecretBytes> Worker::work(Connected& connected, Question question, Frame& frame) {
    const bool free = co_await wait_for_lease(connected);
    if (!free) {
        const core::Result<Nothing> busy = core::unexpected(
            core::ErrorCode::failed, "the vault is in use by sparekey " + lent_to_->by(),
            "wait until it is done");
        co_return encode_answer(busy, {});
    }
    if (std::holds_alternative<StepAside>(question)) {
        holder_.step_aside();
        lent_to_ = &connected;
        co_return encode_answer(core::Result<Nothing>(Nothing{}), {});
    }
    if (auto* const wanted = std::get_if<Import>(&question)) {
        Import order = std::move(*wanted);
        core::SecretBytes imported = co_await import(connected, std::move(order), frame.passed);
        co_return imported;
    }
    const auto* const unlocking = std::get_if<Unlock>(&question);
    const std::uint64_t timeout = unlocking != nullptr ? unlocking->timeout_s : timeout_s_;
    const bool unlocks = unlocking != nullptr;
    core::SecretBytes answered = answer(holder_, std::move(question), connected.by(), frame.passed);
    if (unlocks && holder_.is_open()) {
        timeout_s_ = timeout;
        start_time();
        [[maybe_unused]] const ssize_t told =
            ::send(control_.native_handle(), &kOpenedMessage, 1, MSG_NOSIGNAL);
    }
    co_return answered;
}

/// The vault belongs to the importing process meanwhile.
awaitable<core::SecretBytes> Worker::import(Connected& connected, Import question,
                                            const storage::File& content) {
    const auto failed = [](core::Error error) {
        const core::Result<ImportReport> none = core::unexpected(std::move(error));
        return encode_answer(none, {});
    };
    if (!holder_.is_open()) {
        co_return failed({core::ErrorCode::locked, "the vault is locked"});
    }
    BulkOrder order{holder_.paths().vault,
                    holder_.paths().state,
                    core::SecretBytes::copy_of(holder_.key().expose()),
                    connected.by(),
                    std::move(question),
                    holder_.history_kept()};
    holder_.step_aside();
    lent_to_ = &connected;
    storage::File channel;
    try {
        channel = start_bulk(order, content);
    } catch (const core::SystemFailure& failure) {
        lent_to_ = nullptr;
        co_return failed({core::ErrorCode::failed, failure.what()});
    }
    LocalSocket socket(io_);
    socket.assign(asio::local::stream_protocol(), channel.release());
    Stream importing(std::move(socket));
    std::optional<Frame> frame;
    for (;;) {
        frame = co_await importing.receive(kLongestAnswer, kIdlePatience);
        if (!frame) break;
        const auto step = decode_progress(frame->bytes.expose());
        if (!step || !*step) break;
        core::SecretBytes progress = std::move(frame->bytes);
        const bool told = co_await send(connected, std::move(progress));
        if (!told) break;
    }
    lent_to_ = nullptr;
    if (!frame) co_return failed({core::ErrorCode::failed, "the importing process went away"});
    co_return std::move(frame->bytes);
}

awaitable<bool> Worker::send(Connected& connected, core::SecretBytes answer) {
    const std::size_t size = answer.size();
    // One large answer always fits; many that nobody takes do not.
    if (unsent_ > 0 && unsent_ + size > kMostUnsent) {
        for (const auto& other : connections_) {
            if (other->sending) other->stream.close();
        }
    }
    unsent_ += size;
    connected.sending = true;
    const bool sent = co_await connected.stream.send(std::move(answer), kSlowPatience);
    connected.sending = false;
    unsent_ -= size;
    co_return sent;
}

/// False if the vault stays lent to another connection.
awaitable<bool> Worker::wait_for_lease(const Connected& connected) {
    const auto deadline = std::chrono::steady_clock::now() + kLeasePatience;
    asio::steady_timer again(io_);
    while (lent_to_ != nullptr && lent_to_ != &connected) {
        if (std::chrono::steady_clock::now() >= deadline) co_return false;
        again.expires_after(kLeaseStep);
        co_await again.async_wait(kResult);
    }
    co_return true;
}

void Worker::start_time() {
    itimerspec time{};
    time.it_value.tv_sec = static_cast<time_t>(timeout_s_);
    ::timerfd_settime(timer_.native_handle(), 0, &time, nullptr);
}

awaitable<void> Worker::watch_time() {
    const auto [failure] =
        co_await timer_.async_wait(asio::posix::descriptor_base::wait_read, kResult);
    if (!failure) io_.stop();
}

}  // namespace

int run_worker(storage::File control, storage::FolderPaths paths) {
    ::signal(SIGCHLD, SIG_IGN);  // its processes answer over their channels; the kernel buries them
    SecretMemory memory;
    core::keep_keys_in(memory);
    // Large blocks go back at once: what a long answer took is not resident for the whole day.
    ::mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    return Worker(std::move(control), std::move(paths)).run();
}

}  // namespace sparekey::cli::agent
