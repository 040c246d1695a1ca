#include "sync/server/http/stream.h"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include <array>

namespace sparekey::sync {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

class TlsStream final : public Stream {
  public:
    TlsStream(Socket socket, std::shared_ptr<asio::ssl::context> context)
        : context_(std::move(context)), stream_(std::move(socket), *context_) {}

    awaitable<bool> begin() override {
        const auto [failure] =
            co_await stream_.async_handshake(asio::ssl::stream_base::server, kUse);
        open_ = !failure;
        co_return open_;
    }
    awaitable<Moved> read_some(asio::mutable_buffer into) override {
        return stream_.async_read_some(into, kUse);
    }
    awaitable<Moved> write(std::string_view first, std::string_view second) override {
        const std::array<asio::const_buffer, 2> parts = {
            asio::buffer(first.data(), first.size()), asio::buffer(second.data(), second.size())};
        return asio::async_write(stream_, parts, kUse);
    }
    awaitable<void> finish() override {
        // Waits for the peer's own goodbye; what comes instead of it is not decrypted any more.
        if (open_) co_await stream_.async_shutdown(kUse);
        co_await drain(stream_.next_layer());
    }
    void cut() override { ::shutdown(stream_.next_layer().native_handle(), SHUT_RDWR); }

  private:
    std::shared_ptr<asio::ssl::context> context_;  // a reload replaces the server's, not this one
    asio::ssl::stream<Socket> stream_;
    bool open_ = false;
};

}  // namespace

std::unique_ptr<Stream> tls_stream(Socket socket, std::shared_ptr<asio::ssl::context> context) {
    return std::make_unique<TlsStream>(std::move(socket), std::move(context));
}

}  // namespace sparekey::sync
