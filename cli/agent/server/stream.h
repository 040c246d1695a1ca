// Frames over a Unix socket as coroutines, with a deadline on each: the agent's side.
//
// Nothing here throws what a peer can cause: a peer that is gone, slow or nonsensical is an empty
// answer or false, and its session ends.
#pragma once

#include "core/secret/secret_bytes.h"
#include "storage/folder/files.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <optional>

namespace sparekey::cli::agent {

using LocalSocket = boost::asio::local::stream_protocol::socket;

/// What an operation is awaited with: its failure comes beside what it made, and nothing throws.
inline constexpr auto kResult = boost::asio::as_tuple(boost::asio::use_awaitable);

struct Frame {
    core::SecretBytes bytes;
    storage::File passed;  // the descriptor that came with it, if any
};

class Stream {
  public:
    explicit Stream(LocalSocket socket);

    /// Nothing when the peer is gone, is too slow, or claims more than `longest` bytes.
    boost::asio::awaitable<std::optional<Frame>> receive(std::size_t longest,
                                                         std::chrono::seconds patience);
    /// The same for the protocol of ssh-agent, whose lengths are big-endian.
    boost::asio::awaitable<std::optional<Frame>> receive_ssh(std::chrono::seconds patience);
    /// Bytes as they are.
    boost::asio::awaitable<bool> send_raw(core::ByteView bytes, std::chrono::seconds patience);
    boost::asio::awaitable<bool> send(core::SecretBytes frame, std::chrono::seconds patience);
    /// Ends whatever is waited for.
    void close();
    /// The socket itself, for another process; the stream is closed by it.
    storage::File release();
    LocalSocket& socket() { return socket_; }

  private:
    class Deadline;
    boost::asio::awaitable<bool> read_body(std::size_t size, core::SecretBytes& into);
    boost::asio::awaitable<bool> fill(core::MutableBytes into, storage::File* passed);

    LocalSocket socket_;
    boost::asio::steady_timer timer_;
};

}  // namespace sparekey::cli::agent
