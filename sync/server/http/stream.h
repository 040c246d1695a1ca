// One connection's bytes, plain or under TLS. All calls are made on the I/O thread.
//
// What a peer can cause is an error code or false, never an exception. Nothing here keeps time:
// whoever waits sets a deadline (connections.h), and cut() ends the wait.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <string_view>
#include <tuple>

namespace boost::asio::ssl {
class context;
}

namespace sparekey::sync {

using Socket = boost::asio::generic::stream_protocol::socket;
using Moved = std::tuple<boost::system::error_code, std::size_t>;
inline constexpr auto kUse = boost::asio::as_tuple(boost::asio::use_awaitable);

class Stream {
  public:
    virtual ~Stream() = default;
    /// Before anything else: the handshake, if there is one.
    virtual boost::asio::awaitable<bool> begin() = 0;
    virtual boost::asio::awaitable<Moved> read_some(boost::asio::mutable_buffer into) = 0;
    /// All of `first`, then all of `second`.
    virtual boost::asio::awaitable<Moved> write(std::string_view first,
                                                std::string_view second) = 0;
    /// Says that no more comes, then reads and forgets what the peer still sends, so that it can
    /// take the last answer before the connection is reset.
    virtual boost::asio::awaitable<void> finish() = 0;
    /// Ends whatever waits, now.
    virtual void cut() = 0;
};

std::unique_ptr<Stream> plain_stream(Socket socket);
std::unique_ptr<Stream> tls_stream(Socket socket,
                                   std::shared_ptr<boost::asio::ssl::context> context);

/// finish() without TLS: ends our side, then reads at most 256 KiB.
boost::asio::awaitable<void> drain(Socket& socket);

}  // namespace sparekey::sync
