#include "core/replica/foresight.h"

#include "core/chain/account_slots.h"
#include "core/chain/signed_archive.h"
#include "core/codec/codec.h"
#include "core/replica/id_set.h"
#include "core/replica/incoming_page.h"
#include "core/replica/outgoing.h"

namespace sparekey::core {

using codec::Reader;
using codec::Writer;

namespace {

constexpr std::uint8_t kForesightFormat = 1;

Foresight get_foresight(Reader& archive) {
    codec::require(archive.number<std::uint8_t>() == kForesightFormat);
    Foresight foresight;
    get(archive, foresight.commit);
    get(archive, foresight.roster);
    foresight.rotation = codec::get_plain(archive, kLargestRoster);
    foresight.keyring = codec::get_plain(archive, kLargestKeyring);
    foresight.restored = codec::get_flag(archive);
    foresight.passed = get_id_set(archive);
    foresight.removed = get_id_set(archive);
    return foresight;
}

}  // namespace

Bytes encode(const Foresight& foresight) {
    Writer archive;
    archive(kForesightFormat);
    put(archive, foresight.commit);
    put(archive, foresight.roster);
    codec::put_bytes(archive, foresight.rotation);
    codec::put_bytes(archive, foresight.keyring);
    codec::put(archive, foresight.restored);
    put_id_set(archive, foresight.passed);
    put_id_set(archive, foresight.removed);
    return codec::plain(std::move(archive));
}

Result<Foresight> decode_foresight(ByteView bytes) {
    return codec::decode_whole<Foresight>(bytes, get_foresight);
}

/// Where those that were looked at before end.
Result<void> IncomingPage::recall(const std::optional<Foresight>& seen) {
    SPAREKEY_TRY(state_, require_account(context_.store));
    if (seen) {
        state_.commit = seen->commit;
        state_.roster = seen->roster;
        state_.restored = seen->restored;
        went_through_.insert(seen->passed.begin(), seen->passed.end());
    } else {
        SPAREKEY_TRY(pending_, read_push(context_.store));
    }
    SPAREKEY_TRY(head_, chain_head(context_.vault, state_));
    if (head_.at.n == 0) {
        return unexpected(ErrorCode::integrity, "the account was never made");
    }
    if (!seen || seen->rotation.empty()) {
        SPAREKEY_TRY(rotation_, waiting_rotation(context_.store));
        return {};
    }
    SPAREKEY_TRY(rotation_, decode_roster(seen->rotation));
    if (seen->keyring.empty()) return {};
    SPAREKEY_TRY(NewKeys keys, open_new_keys(context_, *rotation_, seen->keyring));
    open_ahead(std::move(keys), seen->keyring);
    return {};
}

void IncomingPage::open_ahead(NewKeys keys, const Bytes& keyring) {
    keys_ahead_ = std::move(keys);
    opened_keyring_ = keyring;
    take_keys(*keys_ahead_, context_.parts);
}

/// Those of a rotation that came, or was waited for, once the keyring is its own. `known` is the
/// generation of the one that pages before had.
Result<void> IncomingPage::foresee_keys(std::uint32_t known) {
    if (!rotation_) return {};
    if (rotation_->generation != known) opened_keyring_.clear();
    const bool opens = opened_keyring_.empty() && page_.parts &&
                       head_.roster.generation == rotation_->generation &&
                       check_keyring(head_.roster, page_.parts->keyring);
    if (!opens) return {};
    SPAREKEY_TRY(NewKeys keys, open_new_keys(context_, *rotation_, page_.parts->keyring));
    open_ahead(std::move(keys), page_.parts->keyring);
    add_late_blobs();
    return {};
}

Foresight IncomingPage::seen_by_now(std::optional<Foresight> before) {
    Foresight seen = before ? *std::move(before) : Foresight();
    for (const Arrival& arrival : arrivals_) {
        if (arrival.takes_away) seen.removed.insert(arrival.change.id);
    }
    seen.passed = went_through_;
    seen.commit = state_.commit;
    seen.roster = state_.roster;
    seen.restored = state_.restored;
    seen.rotation = rotation_ ? encode(*rotation_) : Bytes();
    seen.keyring = opened_keyring_;
    return seen;
}

Result<Foreseen> IncomingPage::foresee(std::optional<Foresight> seen) {
    looks_ahead_ = true;
    SPAREKEY_CHECK(recall(seen));
    const std::uint32_t known = rotation_ ? rotation_->generation : 0;
    SPAREKEY_CHECK(follow_chain());
    SPAREKEY_CHECK(foresee_keys(known));
    SPAREKEY_CHECK(plan());
    const Foresight by_now = seen_by_now(std::move(seen));
    return Foreseen{encode(by_now), by_now.removed.size(), applied_.at_head};
}

Result<Foreseen> foresee_page(const ReplicaContext& context, const PullPage& page,
                              ByteView so_far) {
    std::optional<Foresight> seen;
    if (!so_far.empty()) {
        SPAREKEY_TRY(seen, decode_foresight(so_far));
    }
    return IncomingPage(context, page).foresee(std::move(seen));
}

}  // namespace sparekey::core
