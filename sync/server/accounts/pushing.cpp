#include "sync/server/accounts/pushing.h"

#include "core/base/mutant.h"
#include "core/chain/account_slots.h"
#include "core/chain/advance.h"
#include "core/chain/records_check.h"
#include "sync/protocol/bodies.h"
#include "sync/server/accounts/wire_answers.h"
#include "sync/server/http/problem.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace sparekey::sync {
namespace {

/// A push whose signatures, roster rule and hashes hold.
struct Verified {
    core::ChainStep step;
    PushRequest request;
    Hash hash{};
};

core::Result<core::ChainHead> head_of(const Account& account) {
    SPAREKEY_TRY(core::SignedRoster roster, core::decode_signed_roster(account.roster));
    core::ChainHead head;
    head.vault = account.id;
    head.at = {account.head, account.head_hash};
    head.roster_hash = core::roster_hash(roster);
    SPAREKEY_TRY(head.roster, core::decode_roster(roster.bytes));
    return head;
}

/// What lies beside the commit is what the commit names: blobs, and slots and keyring with a
/// roster.
core::Result<void> check_contents(const core::ChainStep& step, const PushRequest& request) {
    SPAREKEY_CHECK(core::check_blobs(step.commit, request.blobs));
    if (step.commit.new_roster.has_value() != request.parts.has_value()) {
        return core::unexpected(core::ErrorCode::integrity, "slots and keyring come with a roster");
    }
    if (!request.parts) return {};
    SPAREKEY_CHECK(core::accept_slots(step.head.roster, request.parts->slots));
    return core::check_keyring(step.head.roster, request.parts->keyring);
}

core::Result<Verified> verify_push(Services& services, PushRequest request,
                                   const AccountId& account_id,
                                   const std::optional<Account>& account) {
    core::Result<core::ChainStep> step = core::unexpected(core::ErrorCode::failed, "");
    if (account) {
        SPAREKEY_TRY(const core::ChainHead head, head_of(*account));
        step = core::advance(head, request.commit);
    } else {
        step = core::begin_chain(account_id, request.commit);
    }
    if (!step) return core::unexpected(step.error());
    SPAREKEY_CHECK(check_contents(*step, request));
    if (step->head.roster.origin != services.settings.origin) {
        return core::unexpected(core::ErrorCode::integrity, "the roster names another server");
    }
    const Hash hash = core::commit_hash(request.commit);
    return Verified{std::move(*step), std::move(request), hash};
}

std::vector<Change> changes_of(const core::Commit& commit, std::vector<Bytes> blobs) {
    std::vector<Change> changes;
    auto blob = blobs.begin();
    for (const core::RecordChange& change : commit.changes) {
        Change stored{change.id, change.version, change.blob.value_or(Hash{}), {}};
        if (change.blob) stored.blob = std::move(*blob++);
        changes.push_back(std::move(stored));
    }
    return changes;
}

Push::Roster roster_of(const Verified& verified, std::uint64_t now_ms) {
    Push::Roster roster;
    roster.roster = core::encode(*verified.step.commit.new_roster);
    roster.slots = verified.request.parts->slots;
    roster.keyring = verified.request.parts->keyring;
    for (const core::RosterDevice& listed : verified.step.head.roster.devices) {
        Device device;
        device.id = listed.id();
        device.key = listed.signing();
        device.receiving_key = listed.box();
        device.added_ms = now_ms;
        device.last_seen_ms = now_ms;
        roster.devices.push_back(device);
    }
    return roster;
}

/// `sender` has a token, and may send what another device has signed.
Push push_of(Services& services, Verified verified, const std::string& address,
             const DeviceId& sender) {
    const core::Commit& commit = verified.step.commit;
    Push push;
    push.account = commit.vault;
    push.commit = {commit.n, verified.hash, core::encode(verified.request.commit)};
    push.previous = commit.previous;
    push.quota = services.settings.quota;
    if (commit.new_roster) push.roster = roster_of(verified, services.clock.now_ms());
    push.changes = changes_of(commit, std::move(verified.request.blobs));
    boost::json::object detail{{"n", commit.n},
                               {"records", commit.changes.size()},
                               {"roster", commit.new_roster.has_value()}};
    if (sender != commit.device) detail["sent_by"] = sender.text();
    push.audit = audit_entry(services, commit.vault, "push", commit.device.text(), address,
                             boost::json::serialize(detail));
    return push;
}

Response refusal(const PushOutcome& outcome) {
    switch (outcome.refusal) {
        case PushRefusal::behind:
            return behind_answer(outcome.head, outcome.head_hash);
        case PushRefusal::version:
            return problem(400, "integrity",
                           "A record's version is not its last one and one more.");
        case PushRefusal::quota:
            return problem(507, "failed", "The account is full.");
        case PushRefusal::identity_taken:
            return problem(409, "conflict", "This login has an account already.");
        case PushRefusal::invitation:
            return problem(403, "refused", "The invitation is not good, or no longer.");
        case PushRefusal::enrolment_gone:
            return unauthorized();
        default:
            return problem(400, "usage", "A name in it is not text.");
    }
}

Response store_push(Services& services, const Push& push) {
    const PushOutcome outcome = services.store.push(push);
    if (!outcome.pushed) return refusal(outcome);
    // A removed device hears no more: whoever still may, comes again with its token.
    if (push.roster && services.end_streams) services.end_streams(push.account);
    return pushed_answer(*outcome.pushed);
}

/// A push that was stored before is answered again; one that is not on the head is behind.
std::optional<Response> settle_early(Services& services, const core::Commit& commit,
                                     const Hash& hash, const std::optional<Account>& account) {
    const std::uint64_t head = account ? account->head : 0;
    if (commit.n == head + 1) return std::nullopt;
    const auto stored = account ? services.store.commit(account->id, commit.n) : std::nullopt;
    if (stored && stored->hash == hash) {
        return pushed_answer({commit.n, hash, true, services.store.audit_head(account->id)});
    }
    return behind_answer(head, account ? account->head_hash : Hash{});
}

core::Result<core::Commit> read_commit_of(const PushRequest& request) {
    return core::decode_commit(request.commit.bytes);
}

Response malformed(const core::Error& error) {
    return problem(400, "integrity", error.message);
}

/// The common way of all pushes; `prepare` adds what the caller's standing allows, or refuses.
template <class Prepare>
Response push_for(Services& services, const Request& request, const AccountId& allowed,
                  const DeviceId& sender, Prepare prepare) {
    auto body = decode_push_request(core::bytes_of(request.body));
    if (!body) return malformed(body.error());
    const auto commit = read_commit_of(*body);
    if (!commit) return malformed(commit.error());
    if (commit->vault != allowed) return unauthorized();
    const auto account = services.store.account(allowed);
    const Hash hash = core::commit_hash(body->commit);
    if (auto settled = settle_early(services, *commit, hash, account)) return std::move(*settled);
    auto verified = verify_push(services, std::move(*body), allowed, account);
    if (!verified) return malformed(verified.error());
    const core::DeviceId device = verified->step.commit.device;
    const bool founds = !account;
    Push push = push_of(services, std::move(*verified), request.address, sender);
    if (auto refused = prepare(push, device, founds)) return std::move(*refused);
    return store_push(services, push);
}

/// The identity and the invitation of whoever makes an account.
std::optional<Push::Founding> founding_of(Services& services, const EnrolmentState& state) {
    if (!state.login || state.link != LinkOutcome::none) return std::nullopt;
    if (admission(services, wish_of(state), *state.login) != Admission::signs_up)
        return std::nullopt;
    const std::uint64_t now = services.clock.now_ms();
    Push::Founding founding;
    founding.identity =
        Identity{state.login->key(), state.login->provider, state.login->display, now, now};
    if (services.settings.sign_up.kind == SignUpPolicy::Kind::invite) {
        founding.invitation = hash_of(state.invitation);
    }
    return founding;
}

}  // namespace

Response push_as_member(Services& services, const Request& request, const Member& member) {
    const unsigned wait = services.limiter.admit_push(member.account.text());
    if (wait > 0) return slow_down(request.path, wait);
    // Also what another device has signed: a server that came back from a backup is given again
    // what it lost. A token alone still writes nothing.
    return push_for(
        services, request, member.account, member.device,
        [](Push&, const DeviceId&, bool) -> std::optional<Response> { return std::nullopt; });
}

Response push_as_enrolling(Services& services, const Request& request, Enrolling& enrolling) {
    const EnrolmentState& state = enrolling.held.state;
    const auto keys = keys_of(state.device);
    if (!keys) return unauthorized();
    const DeviceId own = core::device_id(keys->signing, keys->box);
    const auto body = decode_push_request(core::bytes_of(request.body));
    if (!body) return malformed(body.error());
    const auto commit = read_commit_of(*body);
    if (!commit) return malformed(commit.error());
    const auto known = AccountId::parse(state.account);
    const bool joins = known.has_value();
    if (joins && !state.opened && !SPAREKEY_LEFT_OUT("join-opened")) return unauthorized();
    return push_for(
        services, request, known.value_or(commit->vault), own,
        [&](Push& push, const DeviceId& device, bool founds) -> std::optional<Response> {
            if (device != own || founds == joins || !push.roster) return unauthorized();
            if (founds) {
                push.founding = founding_of(services, state);
                if (!push.founding) {
                    return problem(403, "refused", "This login may not make an account here.");
                }
            }
            push.enrolment = enrolling.held.ticket;
            return std::nullopt;
        });
}

}  // namespace sparekey::sync
