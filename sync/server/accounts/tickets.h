// Tickets with typed state: the short-lived secrets of the login protocols. The server keeps
// SHA-256 of each secret and never the secret (O-38).
#pragma once

#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "sync/server/store/store.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

namespace sparekey::sync {

/// 256 random bits, base64url: 43 characters.
std::string new_secret(core::Random& random);
/// What the store keeps of a secret.
Hash ticket_key(std::string_view secret);
/// A key as a ticket's state names another ticket: hexadecimal, written by this server. Throws
/// SystemFailure.
Hash hash_of(const std::string& hexadecimal);

template <class State>
Bytes encode_state(const State& state) {
    const std::string text = boost::json::serialize(boost::json::value_from(state));
    return Bytes(text.begin(), text.end());
}

/// Throws SystemFailure: the server's own ticket cannot be malformed.
template <class State>
State decode_state(ByteView bytes) {
    boost::system::error_code failure;
    const auto value = boost::json::parse(core::text_of(bytes), failure);
    auto state = boost::json::try_value_to<State>(value);
    if (failure || !state) throw core::SystemFailure("a ticket's state is damaged");
    return std::move(*state);
}

template <class State>
struct Held {
    Ticket ticket;
    State state;
};

/// One kind of ticket.
template <class State>
class Tickets {
  public:
    Tickets(TicketKind kind, Store& store, core::Clock& clock)
        : kind_(kind), store_(store), clock_(clock) {}

    void put(const Hash& key, const State& state, std::uint64_t lives_ms,
             std::optional<AccountId> account = {}, std::optional<DeviceId> device = {}) {
        store_.put_ticket(
            {kind_, key, clock_.now_ms() + lives_ms, account, device, encode_state(state), 0});
    }
    std::optional<Held<State>> find(const Hash& key) {
        return held(store_.ticket(kind_, key, clock_.now_ms()));
    }
    /// Of many that ask at once, one gets it.
    std::optional<Held<State>> take(const Hash& key) {
        return held(store_.take_ticket(kind_, key, clock_.now_ms()));
    }
    /// False: somebody else changed it in between.
    [[nodiscard]] bool replace(Held<State>& held) {
        held.ticket.state = encode_state(held.state);
        const bool replaced = store_.replace_ticket(held.ticket).has_value();
        if (replaced) ++held.ticket.revision;
        return replaced;
    }
    void remove(const Hash& key) { store_.remove_ticket(kind_, key); }
    std::vector<Held<State>> of(const AccountId& account) {
        std::vector<Held<State>> all;
        for (Ticket& ticket : store_.tickets_of(account, kind_, clock_.now_ms())) {
            State state = decode_state<State>(ticket.state);
            all.push_back({std::move(ticket), std::move(state)});
        }
        return all;
    }

  private:
    std::optional<Held<State>> held(std::optional<Ticket> ticket) {
        if (!ticket) return std::nullopt;
        State state = decode_state<State>(ticket->state);
        return Held<State>{std::move(*ticket), std::move(state)};
    }

    TicketKind kind_;
    Store& store_;
    core::Clock& clock_;
};

}  // namespace sparekey::sync
