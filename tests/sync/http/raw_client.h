// A client that sends what it is told and reads what comes: blocking, over a real socket.
#pragma once

#include "sync/server/http/listening.h"

#include <optional>
#include <string>

namespace sparekey::tests {

struct Answer {
    int status = 0;
    std::string head;
    std::string body;
};

class RawClient {
  public:
    /// To "127.0.0.1:PORT" or "unix:PATH", from `source` (an address of the loopback network) if
    /// it is given. Throws if nobody listens.
    explicit RawClient(const std::string& where, const std::string& source = {});

    /// False once the peer is gone.
    bool send(const std::string& bytes);
    /// One answer by its Content-Length; nothing at the end of the connection or after ten seconds.
    std::optional<Answer> receive(bool without_body = false);
    std::optional<Answer> ask(const std::string& bytes) {
        send(bytes);
        return receive();
    }
    /// What comes until the connection ends. Empty as well if it does not end in ten seconds.
    std::string receive_all();
    /// What comes until `part` was there; all of it.
    std::string receive_until(const std::string& part);
    /// The connection has ended; waits at most ten seconds for it.
    bool is_ended();
    int descriptor() const { return socket_.number(); }
    void close() { socket_ = sync::Descriptor(); }

  private:
    bool read_more();

    sync::Descriptor socket_;
    std::string buffer_;
};

/// How many answers begin in `text`.
std::size_t count_answers(const std::string& text);
/// "GET path HTTP/1.1" with the Host that RunningHttpServer answers to, and more fields.
std::string get(const std::string& path, const std::string& fields = {});
std::string post(const std::string& path, const std::string& body, const std::string& fields = {});

}  // namespace sparekey::tests
