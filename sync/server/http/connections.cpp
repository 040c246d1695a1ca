#include "sync/server/http/connections.h"

#include "core/base/mutant.h"

namespace sparekey::sync {

Connected::Connected(Connections& all, std::unique_ptr<Stream> stream, std::optional<Address> peer)
    : all_(all),
      stream_(std::move(stream)),
      peer_(peer),
      place_(all.working_.insert(all.working_.end(), this)) {
    all_.open_.add(1);
}

Connected::~Connected() {
    (resting_ ? all_.resting_ : all_.working_).erase(place_);
    all_.open_.add(-1);
    if (!group_) return;
    const auto counted = all_.by_group_.find(*group_);
    if (--counted->second == 0) all_.by_group_.erase(counted);
}

void Connected::must_end_in(std::chrono::milliseconds patience) {
    deadline_ = std::chrono::steady_clock::now() + patience;
}

void Connected::rests() {
    all_.resting_.splice(all_.resting_.end(), resting_ ? all_.resting_ : all_.working_, place_);
    resting_ = true;
}

void Connected::works() {
    if (!resting_) return;
    all_.working_.splice(all_.working_.end(), all_.resting_, place_);
    resting_ = false;
}

void Connected::count_for(const Address& group) {
    group_ = group;
    ++all_.by_group_[group];
}

Connections::Connections(Caps caps, Metrics& metrics)
    : caps_(caps),
      open_(metrics.gauge("sparekey_connections", "Open connections.")),
      refused_(metrics.counter("sparekey_connections_refused_total",
                               "Connections closed at once, since a cap was reached.")),
      timed_out_(metrics.counter("sparekey_connections_timed_out_total",
                                 "Connections cut since the peer was too slow.")) {}

bool Connections::has_room_for(const Address& group) const {
    const auto counted = by_group_.find(group);
    return counted == by_group_.end() || counted->second < caps_.connections_by_address ||
           SPAREKEY_LEFT_OUT("cap-address");
}

/// One that is cut here still counts until its coroutine has ended.
bool Connections::make_room() {
    if (size() < caps_.connections || SPAREKEY_LEFT_OUT("cap-connections")) return true;
    if (resting_.empty()) return false;
    Connected& longest = *resting_.front();
    longest.works();
    longest.must_end_by(SteadyTime::min());
    longest.stream().cut();
    return true;
}

std::shared_ptr<Connected> Connections::admit(std::unique_ptr<Stream> stream,
                                              std::optional<Address> peer, bool capped) {
    const bool counted = capped && peer;
    if ((counted && !has_room_for(peer->group())) || !make_room()) {
        refused_.add();
        return nullptr;
    }
    auto connected = std::make_shared<Connected>(*this, std::move(stream), peer);
    if (counted) connected->count_for(peer->group());
    return connected;
}

void Connections::sweep(SteadyTime now) {
    for (const auto* places : {&resting_, &working_}) {
        for (Connected* connected : *places) {
            if (connected->deadline_ > now) continue;
            connected->may_wait();
            connected->stream().cut();
            timed_out_.add();
        }
    }
}

void Connections::cut_resting() {
    for (Connected* connected : resting_) connected->stream().cut();
}

void Connections::cut_all() {
    for (const auto* places : {&resting_, &working_}) {
        for (Connected* connected : *places) connected->stream().cut();
    }
}

}  // namespace sparekey::sync
