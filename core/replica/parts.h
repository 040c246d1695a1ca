// Slots and keyring that come with a roster, and what becomes of those that are here.
#pragma once

#include "core/replica/new_keys.h"

#include <set>

namespace sparekey::core {

struct ArrivedParts {
    RosterParts account;  // as the roster names them
    AccountSlots slots;   // what `keyslots` is to have: the account's, with what changed here
    bool slots_changed = false;
    bool keyring_changed = false;  // in the account
    std::optional<NewKeys> keys;   // after a rotation
};

/// What a page did to the roster.
struct RosterStep {
    const Roster& after;                    // which it ends with
    const std::optional<Roster>& rotation;  // the last one whose keys are not here
};

/// Of `step.after`. Nothing if they belong to a later one, which is not the case at the head.
/// ErrorCode::integrity if they are not those that the roster names.
Result<std::optional<ArrivedParts>> accept_parts(const ReplicaContext& context,
                                                 const AccountState& state, const RosterStep& step,
                                                 const std::optional<RosterParts>& parts,
                                                 bool at_head, std::vector<std::string>& news);

/// This device has had the parts of `roster`. It has not where a page ended with it that had those
/// of a later one. Until these are here nothing may be sent: a roster with the slots or the keyring
/// of before would undo what another device changed.
bool has_parts_of(const AccountState& state, const Roster& roster);
/// It has these, of which what is here are changes.
void note_parts(const RosterParts& parts, AccountState& state);

/// A slot of this device that `roster` lists is the account's since then, also where this device
/// does not know that it sent it, since it was restored: if the account has it no more, it goes.
Result<void> note_taken_slots(const ReplicaContext& context, const Roster& roster,
                              std::set<SlotId>& taken);
/// `base`, as AccountState::slots, with those.
Result<Bytes> add_taken_slots(const ReplicaContext& context, Bytes base,
                              const std::set<SlotId>& taken);

/// With the roster's commit.
void write_parts(const ArrivedParts& parts, AccountState& state, SyncTransaction& transaction);

/// Slot by slot: what one side changed since `base` holds. Where both sides changed slots of one
/// kind, `theirs` hold: the account has acknowledged them, and an old password must not stay.
std::vector<KeySlot> merge_slots(const std::vector<KeySlot>& base, const std::vector<KeySlot>& ours,
                                 const std::vector<KeySlot>& theirs);

}  // namespace sparekey::core
