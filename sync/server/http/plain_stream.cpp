#include "sync/server/http/stream.h"

#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include <array>

namespace sparekey::sync {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr std::size_t kMostDrained = std::size_t{256} << 10;

class PlainStream final : public Stream {
  public:
    explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

    awaitable<bool> begin() override { co_return true; }
    awaitable<Moved> read_some(asio::mutable_buffer into) override {
        return socket_.async_read_some(into, kUse);
    }
    awaitable<Moved> write(std::string_view first, std::string_view second) override {
        const std::array<asio::const_buffer, 2> parts = {
            asio::buffer(first.data(), first.size()), asio::buffer(second.data(), second.size())};
        return asio::async_write(socket_, parts, kUse);
    }
    awaitable<void> finish() override { return drain(socket_); }
    void cut() override { ::shutdown(socket_.native_handle(), SHUT_RDWR); }

  private:
    Socket socket_;
};

}  // namespace

std::unique_ptr<Stream> plain_stream(Socket socket) {
    return std::make_unique<PlainStream>(std::move(socket));
}

awaitable<void> drain(Socket& socket) {
    ::shutdown(socket.native_handle(), SHUT_WR);
    std::array<char, 4096> forgotten;
    for (std::size_t all = 0; all < kMostDrained;) {
        const auto into = asio::buffer(forgotten);
        const auto [failure, got] = co_await socket.async_read_some(into, kUse);
        if (failure || got == 0) co_return;
        all += got;
    }
}

}  // namespace sparekey::sync
