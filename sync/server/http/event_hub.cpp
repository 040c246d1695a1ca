#include "sync/server/http/event_hub.h"

#include "core/base/mutant.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>

namespace sparekey::sync {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr std::string_view kHeartbeat = ":\n\n";             // a comment
constexpr std::size_t kMostWaiting = std::size_t{16} << 10;  // bytes that a slow peer leaves
constexpr std::chrono::seconds kRemembered{15};              // longer than a head may take
constexpr std::size_t kMostRemembered = 4096;                // events

}  // namespace

struct EventHub::Parked {
    std::shared_ptr<Connected> connected;
    core::VaultId account;
    SteadyTime began;
    SteadyTime last;      // written or heard to be well
    std::string waiting;  // to be sent
    bool sending = false;
};

std::size_t EventHub::Hash::operator()(const core::VaultId& id) const {
    std::size_t first = 0;  // of random bits
    std::memcpy(&first, id.bytes.data(), sizeof first);
    return first;
}

EventHub::EventHub(asio::any_io_executor executor, Deadlines deadlines, Caps caps, Metrics& metrics)
    : executor_(std::move(executor)),
      deadlines_(deadlines),
      caps_(caps),
      open_(metrics.gauge("sparekey_event_streams", "Open streams of events.")) {}

void EventHub::publish(const core::VaultId& account, std::string event) {
    asio::post(executor_, [this, account, event = std::move(event)] { tell(account, event); });
}

void EventHub::end(const core::VaultId& account) {
    asio::post(executor_, [this, account] {
        const auto [from, to] = streams_.equal_range(account);
        for (auto it = from; it != to; ++it) it->second->connected->stream().cut();
    });
}

bool EventHub::has_room() const {
    return streams_.size() < caps_.streams || SPAREKEY_LEFT_OUT("cap-streams");
}

void EventHub::tell(const core::VaultId& account, const std::string& event) {
    const auto [from, to] = streams_.equal_range(account);
    for (auto it = from; it != to; ++it) send(it->second, event);
    if (recent_.size() == kMostRemembered) recent_.pop_front();
    recent_.push_back({std::chrono::steady_clock::now(), account, event});
}

/// The oldest stream of an account that has too many makes room.
void EventHub::make_room(const core::VaultId& account) {
    if (streams_.count(account) < caps_.streams_by_account) return;
    if (SPAREKEY_LEFT_OUT("cap-account-streams")) return;
    const auto [from, to] = streams_.equal_range(account);
    const auto oldest = std::min_element(from, to, [](const auto& one, const auto& other) {
        return one.second->began < other.second->began;
    });
    oldest->second->connected->stream().cut();
    forget(oldest->second);
}

void EventHub::park(std::shared_ptr<Connected> connected, const core::VaultId& account,
                    std::string first, SteadyTime began) {
    make_room(account);
    auto parked = std::make_shared<Parked>();
    parked->connected = std::move(connected);
    parked->account = account;
    parked->began = std::chrono::steady_clock::now();
    streams_.emplace(account, parked);
    open_.set(static_cast<std::int64_t>(streams_.size()));
    for (const auto& published : recent_) {
        if (published.when < began || published.account != account) continue;
        if (!SPAREKEY_LEFT_OUT("events-replay")) first += published.event;
    }
    send(parked, first);
    asio::co_spawn(executor_, watch(std::move(parked)), asio::detached);
}

void EventHub::forget(const std::shared_ptr<Parked>& parked) {
    const auto [from, to] = streams_.equal_range(parked->account);
    const auto place =
        std::find_if(from, to, [&](const auto& entry) { return entry.second == parked; });
    if (place != to) streams_.erase(place);
    open_.set(static_cast<std::int64_t>(streams_.size()));
}

void EventHub::send(const std::shared_ptr<Parked>& parked, std::string_view text) {
    if (parked->waiting.size() + text.size() > kMostWaiting) {
        parked->connected->stream().cut();
        return;
    }
    parked->waiting += text;
    if (parked->sending) return;
    parked->sending = true;
    asio::co_spawn(executor_, deliver(parked), asio::detached);
}

awaitable<void> EventHub::deliver(std::shared_ptr<Parked> parked) {
    while (!parked->waiting.empty()) {
        const std::string text = std::exchange(parked->waiting, {});
        parked->connected->must_end_in(deadlines_.write);
        const auto [failure, sent] = co_await parked->connected->stream().write(text, {});
        if (failure) {
            parked->connected->stream().cut();
            break;
        }
        parked->connected->may_wait();
        parked->last = std::chrono::steady_clock::now();
    }
    parked->sending = false;
}

/// A client has nothing to say on a stream: whatever comes, or its end, ends it.
awaitable<void> EventHub::watch(std::shared_ptr<Parked> parked) {
    char byte = 0;
    const auto into = asio::buffer(&byte, 1);
    co_await parked->connected->stream().read_some(into);
    parked->connected->stream().cut();
    forget(parked);
}

void EventHub::sweep(SteadyTime now) {
    while (!recent_.empty() && recent_.front().when + kRemembered < now) recent_.pop_front();
    for (const auto& [account, parked] : streams_) {
        if (parked->began + deadlines_.stream <= now) {
            parked->connected->stream().cut();
        } else if (!parked->sending && parked->last + deadlines_.heartbeat <= now) {
            send(parked, kHeartbeat);
        }
    }
}

void EventHub::end_all() {
    for (const auto& [account, parked] : streams_) parked->connected->stream().cut();
}

}  // namespace sparekey::sync
