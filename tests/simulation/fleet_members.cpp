// Who is in the account, and who gets in: what the devices of a fleet (tests/simulation/fleet.h) do
// to each other.
#include "core/chain/account_slots.h"
#include "tests/simulation/fleet.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

constexpr std::size_t kMostDevices = 8;

}  // namespace

void Fleet::change_members(SimulatedDevice& device) {
    if (is_aside(device)) return;
    const std::size_t kind = random_.below(5);
    if (kind == 0) return let_in(device);
    if (kind == 1) return remove_another(device);
    change_slots(device);
}

bool Fleet::is_up_to_date(SimulatedDevice& device) const {
    const auto membership = device.replica().membership();
    return membership && *membership && (*membership)->head == server_.head() &&
           device.slots() == server_.parts().slots;
}

/// By one that knows what the account has, as an approval does it.
void Fleet::let_in(SimulatedDevice& device) {
    if (devices_.size() == kMostDevices) return;
    sync(device);
    if (is_aside(device) || !is_up_to_date(device)) return;
    SimulatedDevice& joined = add_device(device.keys_of_now());
    joined.join();
    say(device, "lets in " + joined.name());
}

void Fleet::remove_another(SimulatedDevice& device) {
    SimulatedDevice& other = *devices_[random_.below(devices_.size())];
    if (&other == &device || is_aside(other)) return;
    sync(device);
    if (is_aside(device)) return;
    core::RosterWish wish;
    wish.remove = other.id();
    if (random_.coin()) wish.rotation = device.new_rotation();
    const std::string removes =
        std::string("removes ") + other.name() + (wish.rotation ? " and replaces every key" : "");
    const auto result = device.sync({true}, wish);
    const bool is_refused = result && !*result &&
                            (result->error().code == core::ErrorCode::not_found ||
                             result->error().code == core::ErrorCode::conflict);
    // Else a later sync may send it.
    if (!is_refused) sent_away_.insert(other.name());
    if (!result) {
        say(device, removes + " and ends in the middle");
    } else if (*result) {
        say(device, removes);
    } else {
        say(device, "would, but no: " + removes + ": " + result->error().message);
        if (is_left_out(device, result->error())) return leave(device);
        const core::ErrorCode code = result->error().code;
        const bool is_expected = code == core::ErrorCode::offline ||
                                 code == core::ErrorCode::conflict ||
                                 (code == core::ErrorCode::integrity && server_restored_) ||
                                 (code == core::ErrorCode::not_found &&
                                  (!server_.lists(other.id()) || !is_up_to_date(device)));
        if (!is_expected) failure_ = log_.back();
    }
}

void Fleet::change_slots(SimulatedDevice& device) {
    const std::size_t kind = random_.below(4);
    if (kind < 2) {
        if (crashed(device, [&] { device.replace_slot(); })) return;
        say(device, "replaces its recovery code");
    } else if (kind == 2) {
        device.add_slot(core::SlotKind::key_file);
        say(device, "adds a key file");
    } else {
        device.remove_slots(core::SlotKind::key_file);
        say(device, "has no key file any more");
    }
}

bool Fleet::is_left_out(const SimulatedDevice& device, const core::Error& error) const {
    const bool is_said = error.code == core::ErrorCode::refused ||
                         error.message == "the server does not know this device any more";
    return is_said && !server_.lists(device.id());
}

/// Who was removed goes on alone. Whom a server from a backup does not know waits for others to
/// give it back, or joins again as `sparekey login` lets it, if it has the keys of the account
/// there.
void Fleet::leave(SimulatedDevice& device) {
    const bool was_removed = server_.has_listed(device.id());
    if (was_removed && sent_away_.count(device.name()) == 0) {
        failure_ = device.name() + " is told that it was removed, and nobody did that";
        return;
    }
    if (was_removed) {
        say(device, "is no member any more");
        return set_aside(device);
    }
    if (is_patient_ && random_.coin()) return;
    if (!device.opens_account()) {
        if (!is_patient_) set_aside(device);
        return;
    }
    if (crashed(device, [&] { device.join_again(); })) return;
    say(device, "joins again");
    reseed(device);
}

/// What does not open the account any more never does again.
void Fleet::note_slots() {
    if (!options_.members) return;
    const auto account = core::decode_account_slots(server_.parts().slots);
    REQUIRE(account);
    std::set<core::SlotId> now;
    for (const core::KeySlot& slot : account->slots) now.insert(slot.id);
    for (const core::SlotId& slot : now) {
        if (replaced_slots_.count(slot) != 0) failure_ = "a way in that was replaced is back";
    }
    for (const core::SlotId& slot : slots_) {
        if (now.count(slot) == 0) replaced_slots_.insert(slot);
    }
    slots_ = std::move(now);
}

}  // namespace sparekey::tests
