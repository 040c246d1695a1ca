// Streams of server-sent events that wait, by account: a parked connection keeps its socket and two
// small coroutines, no buffers.
//
// What was published while a request was on its way is told again when its stream begins, so that
// nothing falls between a handler's look at the store and the parking: an event may come twice,
// never not at all.
#pragma once

#include "sync/server/http/connections.h"

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <unordered_map>

namespace sparekey::sync {

class EventHub {
  public:
    EventHub(boost::asio::any_io_executor executor, Deadlines deadlines, Caps caps,
             Metrics& metrics);

    /// Any thread. `event` is whole events of text/event-stream, each ending in an empty line.
    void publish(const core::VaultId& account, std::string event);
    /// Any thread. Ends the account's streams: whoever still may, comes again with a token.
    void end(const core::VaultId& account);

    // What follows is for the I/O thread.

    /// False at the cap of all streams.
    bool has_room() const;
    /// Takes the connection over; `first` (the head and the first event) is sent, then what was
    /// published since `began`, then what will be.
    void park(std::shared_ptr<Connected> connected, const core::VaultId& account, std::string first,
              SteadyTime began);
    void sweep(SteadyTime now);
    void end_all();
    std::size_t size() const { return streams_.size(); }

  private:
    struct Parked;
    struct Published {
        SteadyTime when;
        core::VaultId account;
        std::string event;
    };
    struct Hash {
        std::size_t operator()(const core::VaultId& id) const;
    };
    using Streams = std::unordered_multimap<core::VaultId, std::shared_ptr<Parked>, Hash>;

    void tell(const core::VaultId& account, const std::string& event);
    void send(const std::shared_ptr<Parked>& parked, std::string_view text);
    void make_room(const core::VaultId& account);
    void forget(const std::shared_ptr<Parked>& parked);
    boost::asio::awaitable<void> watch(std::shared_ptr<Parked> parked);
    boost::asio::awaitable<void> deliver(std::shared_ptr<Parked> parked);

    boost::asio::any_io_executor executor_;
    Deadlines deadlines_;
    Caps caps_;
    Gauge& open_;
    Streams streams_;
    std::deque<Published> recent_;
};

}  // namespace sparekey::sync
