// All connections of the server: how many there may be, and when each is out of time.
//
// One sweep every quarter of a second looks at all deadlines, so that waiting costs no timer. On
// the I/O thread only.
#pragma once

#include "sync/server/http/address.h"
#include "sync/server/http/metrics.h"
#include "sync/server/http/settings.h"
#include "sync/server/http/stream.h"

#include <list>
#include <map>

namespace sparekey::sync {

using SteadyTime = std::chrono::steady_clock::time_point;

class Connections;

/// One connection, in the registry for as long as it lives.
class Connected {
  public:
    Connected(Connections& all, std::unique_ptr<Stream> stream, std::optional<Address> peer);
    ~Connected();
    Connected(const Connected&) = delete;
    Connected& operator=(const Connected&) = delete;

    Stream& stream() { return *stream_; }
    const std::optional<Address>& peer() const { return peer_; }

    /// The connection is cut unless the next call comes in time.
    void must_end_by(SteadyTime deadline) { deadline_ = deadline; }
    void must_end_in(std::chrono::milliseconds patience);
    void may_wait() { deadline_ = SteadyTime::max(); }
    /// It waits for a request: it may be cut to make room for another, or at a stop.
    void rests();
    void works();
    /// Counts for its address's cap until it ends.
    void count_for(const Address& group);

  private:
    friend class Connections;
    using Places = std::list<Connected*>;

    Connections& all_;
    std::unique_ptr<Stream> stream_;
    std::optional<Address> peer_;
    std::optional<Address> group_;
    SteadyTime deadline_ = SteadyTime::max();
    bool resting_ = false;
    Places::iterator place_;
};

class Connections {
  public:
    Connections(Caps caps, Metrics& metrics);

    /// Null if the caps leave no room. At the cap of all, whoever rests for longest makes room.
    /// `capped`: by its address too, which a trusted proxy is not.
    std::shared_ptr<Connected> admit(std::unique_ptr<Stream> stream, std::optional<Address> peer,
                                     bool capped);
    std::size_t size() const { return resting_.size() + working_.size(); }

    /// Cuts whoever is out of time.
    void sweep(SteadyTime now);
    void cut_resting();
    void cut_all();

  private:
    friend class Connected;
    bool has_room_for(const Address& group) const;
    bool make_room();

    Caps caps_;
    Gauge& open_;
    Counter& refused_;
    Counter& timed_out_;
    std::list<Connected*> resting_;  // for longest first
    std::list<Connected*> working_;
    std::map<Address, std::size_t> by_group_;
};

}  // namespace sparekey::sync
