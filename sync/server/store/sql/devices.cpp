#include "core/base/mutant.h"
#include "sync/server/store/sql/accounts.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

constexpr Query kDevices(
    "SELECT id, key, receiving_key, added_ms, last_seen_ms, revoked_ms FROM devices "
    "WHERE account = $1 ORDER BY id");
constexpr Query kDevice(
    "SELECT id, key, receiving_key, added_ms, last_seen_ms, revoked_ms FROM devices "
    "WHERE account = $1 AND id = $2");
constexpr Query kSeen(
    "UPDATE devices SET last_seen_ms = $3 "
    "WHERE account = $1 AND id = $2 AND last_seen_ms <= $4");
constexpr Query kList(
    "INSERT INTO devices(account, id, key, receiving_key, added_ms, last_seen_ms) "
    "VALUES($1, $2, $3, $4, $5, $6) ON CONFLICT(account, id) DO UPDATE SET "
    "key = excluded.key, receiving_key = excluded.receiving_key, revoked_ms = NULL, "
    "added_ms = CASE WHEN devices.revoked_ms IS NULL THEN devices.added_ms "
    "ELSE excluded.added_ms END");
constexpr Query kRevoke(
    "UPDATE devices SET revoked_ms = $3 WHERE account = $1 AND id = $2 AND revoked_ms IS NULL");
constexpr Query kKillTickets("DELETE FROM tickets WHERE account = $1 AND device = $2");

constexpr std::uint64_t kSeenEvery_ms = 60'000;

Device device_of_row(const Row& row) {
    return {row.id<DeviceId>(0), row.hash(1),   row.hash(2),
            row.number(3),       row.number(4), row.number_or_null(5)};
}

}  // namespace

std::vector<Device> find_devices(Session& session, const AccountId& id) {
    std::vector<Device> devices;
    for (const Row& row : session.run(kDevices, {bytes(id)}).rows) {
        devices.push_back(device_of_row(row));
    }
    return devices;
}

std::optional<Device> find_device(Session& session, const AccountId& id, const DeviceId& device) {
    const Answer found = session.run(kDevice, {bytes(id), bytes(device)});
    if (found.first() == nullptr) return std::nullopt;
    return device_of_row(*found.first());
}

void device_seen(Session& session, const AccountId& id, const DeviceId& device,
                 std::uint64_t now_ms) {
    if (now_ms < kSeenEvery_ms) return;
    session.run(kSeen,
                {bytes(id), bytes(device), ordered(now_ms), ordered(now_ms - kSeenEvery_ms)});
}

void replace_devices(Session& session, const AccountId& id, std::span<const Device> listed,
                     std::uint64_t now_ms) {
    for (const Device& device : find_devices(session, id)) {
        const bool stays = std::any_of(listed.begin(), listed.end(), [&device](const Device& one) {
            return one.id == device.id;
        });
        if (stays || device.revoked_ms || SPAREKEY_LEFT_OUT("roster-revokes")) continue;
        session.run(kRevoke, {bytes(id), bytes(device.id), ordered(now_ms)});
        if (SPAREKEY_LEFT_OUT("revocation-kills-tickets")) continue;
        session.run(kKillTickets, {bytes(id), bytes(device.id)});
    }
    for (const Device& device : listed) {
        session.run(kList,
                    {bytes(id), bytes(device.id), bytes(device.key), bytes(device.receiving_key),
                     ordered(device.added_ms), ordered(device.last_seen_ms)});
    }
}

}  // namespace sparekey::sync
