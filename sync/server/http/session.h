// One connection from its first byte to its last: head, gate, route, body, answer, and again.
#pragma once

#include "sync/server/http/connections.h"
#include "sync/server/http/dispatcher.h"
#include "sync/server/http/event_hub.h"
#include "sync/server/http/work_pool.h"

namespace sparekey::sync {

/// The names of requests: nobody outside can guess or choose one.
class RequestIds {
  public:
    explicit RequestIds(core::Random& random);
    std::string next();

  private:
    std::string prefix_;
    std::uint64_t last_ = 0;
};

/// What all sessions of the server share. On the I/O thread only.
struct Shared {
    HttpSettings settings;
    const core::Clock& clock;
    Metrics& metrics;
    RequestIds ids;
    Connections connections;
    EventHub events;
    WorkPool store;
    WorkPool outbound;
    bool stopping = false;
};

/// Lives as long as the coroutine, or until the connection is parked in the hub. Site, dispatcher
/// and `shared` outlive it.
boost::asio::awaitable<void> serve(std::shared_ptr<Connected> connected, const Site& site,
                                   Dispatcher& dispatcher, Shared& shared);

}  // namespace sparekey::sync
