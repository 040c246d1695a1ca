#include "cli/agent/server/stream.h"

#include "cli/agent/socket.h"
#include "core/ssh/agent.h"

#include <boost/asio/write.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace sparekey::cli::agent {

namespace asio = boost::asio;
using asio::awaitable;
constexpr std::size_t kBlock = std::size_t{64} << 10;

/// Shuts the socket when the time is over; ends with the wait that it guards. It never closes it:
/// the operation that waits then sees the end of the stream.
class Stream::Deadline {
  public:
    Deadline(Stream& stream, std::chrono::seconds patience) : timer_(stream.timer_) {
        timer_.expires_after(patience);
        timer_.async_wait([descriptor = stream.socket_.native_handle()](
                              const boost::system::error_code& failure) {
            if (!failure) ::shutdown(descriptor, SHUT_RDWR);
        });
    }
    ~Deadline() { timer_.cancel(); }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

  private:
    asio::steady_timer& timer_;
};

Stream::Stream(LocalSocket socket) : socket_(std::move(socket)), timer_(socket_.get_executor()) {
    socket_.non_blocking(true);
}

void Stream::close() {
    if (socket_.is_open()) ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

storage::File Stream::release() {
    return storage::File(socket_.release());
}

/// `passed` takes the descriptor that comes with the first byte.
awaitable<bool> Stream::fill(core::MutableBytes into, storage::File* passed) {
    while (!into.empty()) {
        storage::File came;
        const ssize_t got = receive_with_descriptor(socket_.native_handle(), into, came);
        if (came.is_open() && passed != nullptr) *passed = std::move(came);
        if (got == 0) co_return false;
        if (got < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK) co_return false;
            const auto [failure] = co_await socket_.async_wait(LocalSocket::wait_read, kResult);
            if (failure) co_return false;
            continue;
        }
        into = into.subspan(static_cast<std::size_t>(got));
    }
    co_return true;
}

awaitable<std::optional<Frame>> Stream::receive(std::size_t longest,
                                                std::chrono::seconds patience) {
    const Deadline deadline(*this, patience);
    Frame frame;
    std::array<std::uint8_t, 4> length{};
    const bool began = co_await fill(length, &frame.passed);
    if (!began) co_return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size |= std::size_t{length[i]} << (8 * i);
    if (size > longest) co_return std::nullopt;
    const bool whole = co_await read_body(size, frame.bytes);
    if (!whole) co_return std::nullopt;
    co_return std::optional<Frame>(std::move(frame));
}

awaitable<std::optional<Frame>> Stream::receive_ssh(std::chrono::seconds patience) {
    const Deadline deadline(*this, patience);
    Frame frame;
    std::array<std::uint8_t, 4> length{};
    const bool began = co_await fill(length, nullptr);
    if (!began) co_return std::nullopt;
    const auto size = core::agent_message_size(length);
    if (!size) co_return std::nullopt;
    const bool whole = co_await read_body(*size, frame.bytes);
    if (!whole) co_return std::nullopt;
    co_return std::optional<Frame>(std::move(frame));
}

/// Memory follows the bytes that came, not the length that was claimed.
awaitable<bool> Stream::read_body(std::size_t size, core::SecretBytes& into) {
    core::SecretBuilder builder;
    core::SecretBytes block(std::min(size, kBlock));
    while (builder.size() < size) {
        const std::size_t next = std::min(size - builder.size(), kBlock);
        const bool came = co_await fill(block.expose_mutable().first(next), nullptr);
        if (!came) co_return false;
        builder.append(block.expose().first(next));
    }
    into = std::move(builder).take();
    co_return true;
}

awaitable<bool> Stream::send_raw(core::ByteView bytes, std::chrono::seconds patience) {
    const Deadline deadline(*this, patience);
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const auto [failure, sent] = co_await asio::async_write(socket_, buffer, kResult);
    co_return !failure;
}

awaitable<bool> Stream::send(core::SecretBytes frame, std::chrono::seconds patience) {
    const Deadline deadline(*this, patience);
    std::array<std::uint8_t, 4> length{};
    for (std::size_t i = 0; i < 4; ++i) {
        length[i] = static_cast<std::uint8_t>(frame.size() >> (8 * i));
    }
    const core::ByteView bytes = frame.expose();
    const std::array<asio::const_buffer, 2> parts = {asio::buffer(length),
                                                     asio::buffer(bytes.data(), bytes.size())};
    const auto [failure, sent] = co_await asio::async_write(socket_, parts, kResult);
    co_return !failure;
}

}  // namespace sparekey::cli::agent
