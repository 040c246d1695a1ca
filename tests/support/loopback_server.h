// A small HTTP server on 127.0.0.1 that answers with whatever bytes a test hands it.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sparekey::tests {

class LoopbackServer {
  public:
    /// From a request as it came, header and body, to the bytes of the answer. After an answer that
    /// says "Connection: close", or an empty one, the connection ends. Called by several threads.
    using Answer = std::function<std::string(const std::string& request)>;

    explicit LoopbackServer(Answer answer);
    ~LoopbackServer();
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    int port() const { return port_; }
    /// Such as "http://127.0.0.1:40001/path".
    std::string url(const std::string& path = "/") const;
    std::size_t connections() const { return connections_; }
    std::size_t requests() const { return requests_; }

  private:
    void accept_all();
    void serve(int peer);

    Answer answer_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<std::size_t> connections_ = 0;
    std::atomic<std::size_t> requests_ = 0;
    std::mutex mutex_;
    std::vector<int> peers_;
    std::vector<std::thread> threads_;
    std::thread accepting_;
};

/// A whole answer with Content-Length.
std::string http_answer(int status, const std::string& body,
                        const std::string& more_headers = "Content-Type: application/json\r\n");

/// A port on 127.0.0.1 that was free a moment ago.
int free_port();
/// A socket that listens on 127.0.0.1. `port` 0 becomes a free one.
int listening_socket(int& port);
/// A socket to whoever listens there on 127.0.0.1; -1 if nobody does.
int connected_socket(int port);
/// Whether somebody listens there.
bool listens(int port);

}  // namespace sparekey::tests
