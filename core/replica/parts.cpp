#include "core/replica/parts.h"

#include "core/base/mutant.h"
#include "core/chain/account_slots.h"
#include "core/codec/codec.h"
#include "core/crypto/hash.h"
#include "core/vault/slots.h"

#include <algorithm>

namespace sparekey::core {
namespace {

const KeySlot* find(const std::vector<KeySlot>& slots, const SlotId& id) {
    const auto at = std::find_if(slots.begin(), slots.end(),
                                 [&](const KeySlot& slot) { return slot.id == id; });
    return at == slots.end() ? nullptr : &*at;
}

/// A slot is never changed: another password is another slot with another id.
bool has(const std::vector<KeySlot>& slots, const SlotId& id) {
    return find(slots, id) != nullptr;
}

bool same_of_kind(const std::vector<KeySlot>& left, const std::vector<KeySlot>& right,
                  SlotKind kind) {
    const auto all_in = [&](const std::vector<KeySlot>& some, const std::vector<KeySlot>& others) {
        return std::all_of(some.begin(), some.end(), [&](const KeySlot& slot) {
            return slot.kind != kind || has(others, slot.id);
        });
    };
    return all_in(left, right) && all_in(right, left);
}

/// It opens, and it is the one that signs the account's rosters: a vault whose keyring were another
/// could not be opened any more.
Result<void> check_keyring_opens(const ReplicaContext& context, const Roster& roster,
                                 ByteView sealed) {
    SPAREKEY_TRY(const Keyring keyring,
                 open_keyring(context.key, context.vault, roster.generation, sealed));
    if (signing_public_key(keyring.account.back().expose()) != roster.account_key) {
        return unexpected(ErrorCode::integrity,
                          "the account's keyring is not the one that signs its rosters");
    }
    return {};
}

constexpr std::string_view kRotationNews =
    "every key of the account was replaced on another device: the master password is the one that "
    "was typed there, and the old Emergency Kit and all key files open nothing any more";

constexpr std::string_view kOverruledNews =
    "the master password was changed here and on another device: that of the other device holds, "
    "and "
    "the one that was set here opens nothing any more";

using Slots = std::vector<KeySlot>;

/// It was changed here, which the account does not have.
bool is_unsent(const Slots& base, const Slots& ours, const Slots& theirs, SlotKind kind) {
    return !same_of_kind(base, ours, kind) && !same_of_kind(ours, theirs, kind);
}

std::string_view password_news(const Slots& base, const Slots& ours, const Slots& theirs) {
    const bool is_overruled = is_unsent(base, ours, theirs, SlotKind::password) &&
                              !same_of_kind(base, theirs, SlotKind::password);
    const bool old_holds = std::any_of(ours.begin(), ours.end(), [&](const KeySlot& slot) {
        return slot.kind == SlotKind::password && has(theirs, slot.id);
    });
    if (is_overruled) return kOverruledNews;
    if (old_holds) {
        return "another device has a master password of its own now; the one of this device goes "
               "on";
    }
    return "the master password was changed on another device";
}

void tell(const Slots& base, const Slots& ours, const Slots& theirs,
          std::vector<std::string>& news) {
    for (const KeySlot& slot : theirs) {
        if (has(ours, slot.id)) continue;
        news.push_back(slot.kind == SlotKind::password
                           ? std::string(password_news(base, ours, theirs))
                           : "another device added a way to open the vault: " +
                                 std::string(slot_kind_name(slot.kind)));
    }
}

/// Of a way in that was added here and is in no account.
void tell_overruled(const Slots& base, const Slots& ours, const Slots& merged,
                    std::vector<std::string>& news) {
    for (const KeySlot& slot : ours) {
        if (slot.kind == SlotKind::password || has(base, slot.id) || has(merged, slot.id)) continue;
        news.push_back("a way to open the vault that was added here (" +
                       std::string(slot_kind_name(slot.kind)) +
                       ") opens nothing any more, since another device changed that meanwhile: add "
                       "it again with `sparekey slots add`");
    }
}

}  // namespace

std::vector<KeySlot> merge_slots(const std::vector<KeySlot>& base, const std::vector<KeySlot>& ours,
                                 const std::vector<KeySlot>& theirs) {
    std::vector<KeySlot> merged;
    for (const KeySlot& slot : theirs) {
        const bool theirs_hold = !same_of_kind(base, theirs, slot.kind);
        if (theirs_hold || has(ours, slot.id)) merged.push_back(slot);
    }
    for (const KeySlot& slot : ours) {
        const bool ours_hold = same_of_kind(base, theirs, slot.kind);
        if (ours_hold && !has(theirs, slot.id)) merged.push_back(slot);
    }
    return merged.empty() ? theirs : merged;
}

Result<std::optional<ArrivedParts>> accept_parts(const ReplicaContext& context,
                                                 const AccountState& state, const RosterStep& step,
                                                 const std::optional<RosterParts>& parts,
                                                 bool at_head, std::vector<std::string>& news) {
    if (!parts) {
        return unexpected(ErrorCode::integrity,
                          "the server withholds the account's key slots and keyring");
    }
    auto theirs = accept_slots(step.after, parts->slots);
    auto keyring = check_keyring(step.after, parts->keyring);
    if (!at_head && (!theirs || !keyring)) return std::optional<ArrivedParts>();
    if (!theirs) return unexpected(std::move(theirs).error());
    SPAREKEY_CHECK(keyring);
    SPAREKEY_TRY(const AccountSlots ours, decode_account_slots(context.parts.slots));
    SPAREKEY_TRY(const AccountSlots base, decode_account_slots(state.slots));
    const bool keyring_changed = step.after.keyring != state.keyring;
    ArrivedParts arrived{*parts, *std::move(theirs), false, keyring_changed, std::nullopt};
    if (step.rotation) {
        SPAREKEY_TRY(arrived.keys, open_new_keys(context, *step.rotation, parts->keyring));
        arrived.slots_changed = true;
        arrived.keyring_changed = true;
        news.emplace_back(kRotationNews);
        if (is_unsent(base.slots, ours.slots, arrived.slots.slots, SlotKind::password)) {
            news.emplace_back(kOverruledNews);
        }
        return std::optional(std::move(arrived));
    }
    SPAREKEY_CHECK(check_keyring_opens(context, step.after, parts->keyring));
    tell(base.slots, ours.slots, arrived.slots.slots, news);
    arrived.slots.slots = merge_slots(base.slots, ours.slots, arrived.slots.slots);
    // A code that was set here and is overruled opens nothing: nor is it the kit's.
    const bool drops_code = std::ranges::any_of(ours.slots, [&](const KeySlot& slot) {
        return slot.kind == SlotKind::recovery && !has(base.slots, slot.id) &&
               !has(arrived.slots.slots, slot.id);
    });
    if (drops_code) arrived.keyring_changed = true;
    tell_overruled(base.slots, ours.slots, arrived.slots.slots, news);
    arrived.slots_changed = encode(arrived.slots) != context.parts.slots;
    return std::optional(std::move(arrived));
}

bool has_parts_of(const AccountState& state, const Roster& roster) {
    const bool fit = sha256(state.slots) == roster.slots && state.keyring == roster.keyring;
    return fit || SPAREKEY_LEFT_OUT("parts-here");
}

void note_parts(const RosterParts& parts, AccountState& state) {
    state.slots = parts.slots;
    state.keyring = sha256(parts.keyring);
}

Result<void> note_taken_slots(const ReplicaContext& context, const Roster& roster,
                              std::set<SlotId>& taken) {
    SPAREKEY_TRY(const AccountSlots ours, decode_account_slots(context.parts.slots));
    for (const KeySlot& slot : ours.slots) {
        const bool is_listed = std::ranges::any_of(roster.openers, [&](const RosterOpener& opener) {
            return opener.slot == slot.id && opener.key == slot.opener;
        });
        if (is_listed && taken.size() < kMostSlots) taken.insert(slot.id);
    }
    return {};
}

Result<Bytes> add_taken_slots(const ReplicaContext& context, Bytes base,
                              const std::set<SlotId>& taken) {
    if (taken.empty() || SPAREKEY_LEFT_OUT("taken-slots")) return base;
    SPAREKEY_TRY(const AccountSlots ours, decode_account_slots(context.parts.slots));
    SPAREKEY_TRY(AccountSlots slots, decode_account_slots(base));
    for (const KeySlot& slot : ours.slots) {
        const bool has_room = slots.slots.size() < kMostSlots;
        const bool is_new = taken.count(slot.id) != 0 && !has(slots.slots, slot.id);
        if (has_room && is_new) slots.slots.push_back(slot);
    }
    return encode(slots);
}

void write_parts(const ArrivedParts& parts, AccountState& state, SyncTransaction& transaction) {
    note_parts(parts.account, state);
    if (parts.keyring_changed) transaction.put_state(kKeyringKey, parts.account.keyring);
    if (parts.slots_changed) transaction.put_state(kSlotsDueKey, encode(parts.slots));
}

}  // namespace sparekey::core
