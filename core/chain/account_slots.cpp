#include "core/chain/account_slots.h"

#include "core/base/mutant.h"
#include "core/codec/codec.h"
#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::core {
namespace {

std::vector<RosterOpener> openers_of(const AccountSlots& slots) {
    std::vector<RosterOpener> openers;
    for (const KeySlot& slot : slots.slots) openers.push_back({slot.id, slot.kind, slot.opener});
    std::sort(
        openers.begin(), openers.end(),
        [](const RosterOpener& left, const RosterOpener& right) { return left.slot < right.slot; });
    return openers;
}

/// What every password slot costs at least, and no more than the policy.
KdfCost cheapest(const AccountSlots& slots) {
    KdfCost least = slots.policy;
    for (const KeySlot& slot : slots.slots) {
        if (slot.kind != SlotKind::password) continue;
        least.memory = std::min(least.memory, slot.cost.memory);
        least.passes = std::min(least.passes, slot.cost.passes);
    }
    return least;
}

bool costs_are_pinned(const AccountSlots& slots, const KdfCost& pins) {
    return std::all_of(slots.slots.begin(), slots.slots.end(), [&](const KeySlot& slot) {
        return slot.kind != SlotKind::password || within_bounds(slot.cost, pins);
    });
}

bool generations_fit(const AccountSlots& slots, std::uint32_t generation) {
    return slots.generation == generation &&
           std::all_of(slots.slots.begin(), slots.slots.end(),
                       [&](const KeySlot& slot) { return slot.generation == generation; });
}

Unexpected refused_slots(std::string what) {
    return unexpected(ErrorCode::integrity, std::move(what));
}

}  // namespace

Result<void> describe_slots(Roster& roster, const AccountSlots& slots) {
    const KdfCost least = cheapest(slots);
    if (at_least(least, roster.pins) != least) {
        return unexpected(ErrorCode::conflict,
                          "a password of this vault costs less than the account allows",
                          "sparekey passwd with at least --kdf-memory " +
                              std::to_string(roster.pins.memory >> 20) + "MiB --kdf-passes " +
                              std::to_string(roster.pins.passes));
    }
    roster.generation = slots.generation;
    roster.slots = sha256(encode(slots));
    roster.openers = openers_of(slots);
    roster.pins = least;
    return {};
}

Result<AccountSlots> accept_slots(const Roster& roster, ByteView bytes) {
    if (!SPAREKEY_LEFT_OUT("slots-hash") && sha256(bytes) != roster.slots) {
        return refused_slots(
            "the server's key slots are not those that the account's roster names");
    }
    SPAREKEY_TRY(AccountSlots slots, decode_account_slots(bytes));
    if (!SPAREKEY_LEFT_OUT("slots-vault") && slots.vault != roster.vault) {
        return refused_slots("the key slots belong to another vault");
    }
    if (!SPAREKEY_LEFT_OUT("slots-generation") && !generations_fit(slots, roster.generation)) {
        return refused_slots("the key slots wrap another generation of the vault key");
    }
    if (!SPAREKEY_LEFT_OUT("slots-openers") && openers_of(slots) != roster.openers) {
        return refused_slots("the roster's openers are not those of the key slots");
    }
    if (!SPAREKEY_LEFT_OUT("slots-cost") && !costs_are_pinned(slots, roster.pins)) {
        return refused_slots(
            "a key slot asks for a cheaper key derivation than the account allows");
    }
    return slots;
}

Result<void> check_keyring(const Roster& roster, ByteView sealed_keyring) {
    if (!SPAREKEY_LEFT_OUT("keyring-hash") && sha256(sealed_keyring) != roster.keyring) {
        return refused_slots("the server's keyring is not the one that the account's roster names");
    }
    return {};
}

}  // namespace sparekey::core
