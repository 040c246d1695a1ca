// What bounds a listener's time and numbers; the defaults are those of docs/INTERFACE.md.
#pragma once

#include <chrono>
#include <cstddef>

namespace sparekey::sync {

struct Deadlines {
    std::chrono::milliseconds head{10'000};       // from a head's first byte (or the connection) on
    std::chrono::milliseconds idle{60'000};       // between two requests
    std::chrono::milliseconds write{30'000};      // for each 64 KiB of an answer
    std::chrono::milliseconds body{5'000};        // for a body, beside the time its rate allows
    std::size_t body_rate = 1024;                 // bytes a second that a body has to come at
    std::chrono::milliseconds heartbeat{25'000};  // of silence on a stream of events
    std::chrono::milliseconds stream{900'000};    // a stream's life: longer than a member's token
    std::chrono::milliseconds stop{10'000};       // for the requests in flight at a stop
    std::chrono::milliseconds linger{2'000};      // for a peer to take a last answer
    std::chrono::milliseconds sweep{250};         // how exact all these are
};

struct Caps {
    std::size_t connections = 8192;
    std::size_t connections_by_address = 256;  // IPv6: by /64; a trusted proxy has no such cap
    std::size_t streams = 4096;
    std::size_t streams_by_account = 16;  // one more ends the oldest
};

/// A pool of threads and the requests that may wait for one; more get 503.
struct PoolSize {
    unsigned threads = 4;
    std::size_t most_waiting = 1024;
};

struct HttpSettings {
    Deadlines deadlines;
    Caps caps;
    PoolSize store;
    PoolSize outbound{2, 64};
};

}  // namespace sparekey::sync
