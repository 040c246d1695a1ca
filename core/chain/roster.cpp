#include "core/chain/roster.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::string_view kRosterLabel = "sparekey/v1/roster";
constexpr std::uint8_t kNewestFormat = 1;

/// Strictly ascending by `key`: sorted, and none twice.
template <class List, class Key>
bool ascends(const List& list, Key key) {
    return std::adjacent_find(list.begin(), list.end(), [&](const auto& left, const auto& right) {
               return !(key(left) < key(right));
           }) == list.end();
}

DeviceId id_of(const RosterDevice& device) {
    return device.id();
}
SlotId slot_of(const RosterOpener& opener) {
    return opener.slot;
}
DeviceId device_of(const Grant& grant) {
    return grant.device;
}

template <class List, class Key>
void sort_by(List& list, Key key) {
    std::sort(list.begin(), list.end(),
              [&](const auto& left, const auto& right) { return key(left) < key(right); });
}

bool devices_are_well_formed(const std::vector<RosterDevice>& devices) {
    return !devices.empty() && devices.size() <= kMostDevices && ascends(devices, id_of) &&
           std::all_of(devices.begin(), devices.end(), [](const RosterDevice& device) {
               return device.sealed_name().size() <= kLongestSealedName;
           });
}

bool openers_are_well_formed(const std::vector<RosterOpener>& openers) {
    return !openers.empty() && openers.size() <= kMostSlots && ascends(openers, slot_of) &&
           std::all_of(openers.begin(), openers.end(), [](const RosterOpener& opener) {
               return opener.kind >= SlotKind::password && opener.kind <= SlotKind::key_file;
           });
}

bool grants_are_well_formed(const Roster& roster) {
    return ascends(roster.grants, device_of) &&
           std::all_of(roster.grants.begin(), roster.grants.end(),
                       [&](const Grant& grant) { return roster.find(grant.device) != nullptr; });
}

bool numbers_are_well_formed(const Roster& roster) {
    const bool pins =
        SPAREKEY_LEFT_OUT("roster-kdf-floor") || within_bounds(roster.pins, kKdfFloor);
    return roster.n >= 1 && roster.n <= kLargestNumber && roster.generation >= 1 &&
           roster.epoch >= 1 && roster.min_format >= 1 && pins;
}

}  // namespace

const RosterDevice* Roster::find(const DeviceId& device) const {
    const auto found =
        std::find_if(devices.begin(), devices.end(),
                     [&](const RosterDevice& listed) { return listed.id() == device; });
    return found == devices.end() ? nullptr : &*found;
}

const Grant* Roster::grant_of(const DeviceId& device) const {
    const auto found = std::find_if(grants.begin(), grants.end(),
                                    [&](const Grant& grant) { return grant.device == device; });
    return found == grants.end() ? nullptr : &*found;
}

bool is_well_formed(const Roster& roster) {
    return numbers_are_well_formed(roster) && devices_are_well_formed(roster.devices) &&
           openers_are_well_formed(roster.openers) && grants_are_well_formed(roster) &&
           !roster.origin.empty() && roster.origin.size() <= kLongestOrigin &&
           is_utf8(roster.origin);
}

void put_in_order(Roster& roster) {
    sort_by(roster.devices, id_of);
    sort_by(roster.openers, slot_of);
    sort_by(roster.grants, device_of);
}

Result<SignedRoster> sign_roster(const Roster& roster, SeedView account_seed) {
    if (!is_well_formed(roster)) {
        return unexpected(ErrorCode::usage,
                          "the account's list of devices and slots is out of bounds");
    }
    SignedRoster made{encode(roster), {}};
    made.signature = sign(account_seed, kRosterLabel, made.bytes);
    return made;
}

bool verify_roster(const SignedRoster& roster, const SigningPublicKey& account_key) {
    return verify(account_key, kRosterLabel, roster.bytes, roster.signature);
}

Hash roster_hash(const SignedRoster& roster) {
    return sha256({bytes_of(kRosterLabel), roster.bytes});
}

Result<void> check_format(const Roster& roster) {
    if (roster.min_format <= kNewestFormat) return {};
    return unexpected(ErrorCode::conflict, "the vault was written by a newer program",
                      "update sparekey on this device");
}

}  // namespace sparekey::core
