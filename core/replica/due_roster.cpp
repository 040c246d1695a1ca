#include "core/replica/due_roster.h"

#include "core/base/mutant.h"
#include "core/chain/account_slots.h"
#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/replica/incoming_page.h"
#include "core/replica/kept_commits.h"
#include "core/replica/roster_change.h"

#include <algorithm>

namespace sparekey::core {
namespace {

/// Equal for two rosters that say the same (say_the_same()) under one account key, and no roster's
/// hash.
Hash hash_of_what_it_says(const Roster& roster) {
    codec::Writer archive;
    archive(roster.generation);
    codec::put(archive, roster.account_key);
    codec::put(archive, roster.slots);
    for (const RosterDevice& device : roster.devices) codec::put(archive, device.id().bytes);
    return sha256(codec::plain(std::move(archive)));
}

void add_joined(const Roster& before, const Roster& now, Roster& due) {
    for (const RosterDevice& device : now.devices) {
        const bool is_new = before.find(device.id()) == nullptr;
        if (is_new && due.find(device.id()) == nullptr) due.devices.push_back(device);
    }
    std::ranges::sort(due.devices, std::less<>(), &RosterDevice::id);
}

}  // namespace

std::set<Hash> rosters_before(SyncStore& store, const Roster& ours, const Since& since) {
    std::set<Hash> known{ours.previous};
    for (std::uint64_t n = since.last; n > 0 && since.head - n < kKeptCommits; --n) {
        const auto kept = kept_commit(store, n);
        if (!kept) continue;
        const auto commit = decode_commit(kept->bytes);
        if (!commit) continue;
        known.insert(commit->roster);
        if (!commit->new_roster) continue;
        const auto after = decode_roster(commit->new_roster->bytes);
        if (!after) continue;
        known.insert(after->previous);
        const bool is_replaced = after->generation < ours.generation;
        if (is_replaced && n > since.common) known.insert(hash_of_what_it_says(*after));
    }
    return known;
}

bool was_in_force(const std::set<Hash>& known, const Roster& roster, const Hash& hash,
                  const Roster& ours) {
    if (known.count(hash) != 0) return true;
    const bool nobody_returns = std::ranges::all_of(ours.devices, [&](const RosterDevice& device) {
        return roster.find(device.id()) != nullptr;
    });
    return (nobody_returns || SPAREKEY_LEFT_OUT("nobody-returns")) &&
           known.count(hash_of_what_it_says(roster)) != 0;
}

Unexpected overtaken() {
    return unexpected(
        ErrorCode::integrity,
        "another device changed the account's devices, password or keys before this "
        "one could give them back to the server",
        std::string("nobody but you can say which of both holds. ") + kBothChangedHint);
}

Result<std::optional<Roster>> due_roster(SyncStore& store, const ChainHead& head) {
    SPAREKEY_TRY(const auto reseed, read_reseed(store, kReseedKey));
    if (!reseed || reseed->due.bytes.empty()) return std::optional<Roster>();
    SPAREKEY_TRY(Roster due, decode_roster(reseed->due.bytes));
    if (say_the_same(due, head.roster)) return std::optional<Roster>();
    SPAREKEY_TRY(const Roster adopted, decode_roster(reseed->roster.bytes));
    if (due.generation == adopted.generation && only_joined(adopted, head.roster)) {
        add_joined(adopted, head.roster, due);
        return say_the_same(due, head.roster) ? std::nullopt : std::optional(std::move(due));
    }
    if (head.roster_hash != roster_hash(reseed->roster) && !SPAREKEY_LEFT_OUT("reseed-overtaken")) {
        return overtaken();
    }
    return std::optional(std::move(due));
}

/// While the roster that is newer here is due: another device's reseed gave back one that it
/// replaced, with which the server is as it would have been if the backup were newer; or the due
/// one, and all is as in every other page.
Result<void> IncomingPage::pass_given_back() {
    if (!is_due() || rosters_.empty() || SPAREKEY_LEFT_OUT("given-back")) return {};
    SPAREKEY_TRY(const Roster due, decode_roster(reseed_->due.bytes));
    const auto newest = [&](auto is_it) {
        const auto found = std::find_if(rosters_.rbegin(), rosters_.rend(), is_it);
        return found.base();  // the one after it; the first one if there is none
    };
    const bool is_there = newest([&](const Came& came) {
                              return hash_of_what_it_says(came.roster) == hash_of_what_it_says(due);
                          }) != rosters_.begin();
    if (is_there) {
        // What was changed here since is changed since then.
        if (!reseed_->due_slots.empty()) {
            state_.slots = reseed_->due_slots;
            state_.keyring = reseed_->due_keyring;
        }
        reseed_->due = {};
        return {};
    }
    const auto rest = newest([&](const Came& came) {
        return was_in_force(reseed_->known, came.roster, roster_hash(came.signed_roster), due);
    });
    if (rest != rosters_.begin()) {
        const Came& last = *std::prev(rest);
        // Its keys, and those before them, are here.
        if (rotation_ && rotation_->generation <= last.roster.generation) rotation_.reset();
        reseed_->roster = last.signed_roster;
        rosters_.erase(rosters_.begin(), rest);
        SPAREKEY_CHECK(take_base());
    }
    // What came since is under keys that were replaced here; the due ones may follow.
    if (rosters_.empty() || head_.roster.generation >= due.generation) return {};
    if (applied_.at_head) return overtaken();
    rosters_.clear();
    return {};
}

/// Of a roster that is known here the parts are only what is to be changed: what they lack is put
/// on them, and what others change is changed since then.
Result<void> IncomingPage::take_base() {
    if (!page_.parts) {
        if (!applied_.at_head) return {};
        return unexpected(ErrorCode::integrity,
                          "the server withholds the account's key slots and keyring");
    }
    const auto slots = accept_slots(head_.roster, page_.parts->slots);
    const auto keyring = check_keyring(head_.roster, page_.parts->keyring);
    if (slots && keyring) {
        note_parts(*page_.parts, state_);
        return {};
    }
    // They may be those of a later roster, which comes with the next page.
    if (!applied_.at_head) return {};
    return unexpected(slots ? keyring.error() : slots.error());
}

}  // namespace sparekey::core
