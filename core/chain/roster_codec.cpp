#include "core/chain/roster.h"
#include "core/codec/archive.h"

namespace sparekey::core {

using codec::get;
using codec::plain;
using codec::put;
using codec::Reader;
using codec::require;
using codec::Writer;

namespace {

constexpr std::uint8_t kRosterFormat = 1;
constexpr std::size_t kSmallestDevice = 32 + 32 + 4;
constexpr std::size_t kOpenerSize = 16 + 1 + 32;
constexpr std::size_t kGrantSize = 16 + kSealedVaultKeySize;

void put(Writer& archive, const RosterDevice& device) {
    put(archive, device.signing());
    put(archive, device.box());
    codec::put_bytes(archive, device.sealed_name());
}
RosterDevice get_device(Reader& archive) {
    SigningPublicKey signing;
    BoxPublicKey box;
    get(archive, signing);
    get(archive, box);
    return {signing, box, codec::get_plain(archive, kLongestSealedName)};
}

void put(Writer& archive, const RosterOpener& opener) {
    put(archive, opener.slot.bytes);
    archive(static_cast<std::uint8_t>(opener.kind));
    put(archive, opener.key);
}
void get(Reader& archive, RosterOpener& opener) {
    get(archive, opener.slot.bytes);
    opener.kind = static_cast<SlotKind>(archive.number<std::uint8_t>());
    get(archive, opener.key);
}

void put(Writer& archive, const Grant& grant) {
    put(archive, grant.device.bytes);
    put(archive, grant.sealed);
}
void get(Reader& archive, Grant& grant) {
    get(archive, grant.device.bytes);
    get(archive, grant.sealed);
}

template <class T>
void put_list(Writer& archive, const std::vector<T>& list) {
    archive.length(list.size());
    for (const T& element : list) put(archive, element);
}
template <class T>
void get_list(Reader& archive, std::vector<T>& list, std::size_t element_size, std::size_t most) {
    for (std::size_t left = archive.length(element_size, most); left > 0; --left) {
        get(archive, list.emplace_back());
    }
}

void get_policy(Reader& archive, Roster& roster) {
    get(archive, roster.account_key);
    archive(roster.generation, roster.epoch);
    get(archive, roster.slots);
    get_list(archive, roster.openers, kOpenerSize, kMostSlots);
    archive(roster.pins.memory, roster.pins.passes);
    get(archive, roster.keyring);
    archive(roster.min_format);
    roster.origin = text_of(codec::get_bytes(archive, kLongestOrigin));
}

Roster get_roster(Reader& archive) {
    require(archive.number<std::uint8_t>() == kRosterFormat);
    require(archive.number<std::uint8_t>() == kSuite);
    Roster roster;
    get(archive, roster.vault.bytes);
    archive(roster.n);
    get(archive, roster.previous);
    for (std::size_t left = archive.length(kSmallestDevice, kMostDevices); left > 0; --left) {
        roster.devices.push_back(get_device(archive));
    }
    get_policy(archive, roster);
    get_list(archive, roster.grants, kGrantSize, kMostDevices);
    require(is_well_formed(roster));
    return roster;
}

}  // namespace

Bytes encode(const Roster& roster) {
    Writer archive;
    archive(kRosterFormat, kSuite);
    put(archive, roster.vault.bytes);
    archive(roster.n);
    put(archive, roster.previous);
    put_list(archive, roster.devices);
    put(archive, roster.account_key);
    archive(roster.generation, roster.epoch);
    put(archive, roster.slots);
    put_list(archive, roster.openers);
    archive(roster.pins.memory, roster.pins.passes);
    put(archive, roster.keyring);
    archive(roster.min_format);
    codec::put_bytes(archive, bytes_of(roster.origin));
    put_list(archive, roster.grants);
    return plain(std::move(archive));
}

Result<Roster> decode_roster(ByteView bytes) {
    return codec::decode_whole<Roster>(bytes, get_roster);
}

}  // namespace sparekey::core
