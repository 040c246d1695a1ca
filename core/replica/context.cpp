#include "core/replica/context.h"

#include "core/chain/device_name.h"

#include <algorithm>

namespace sparekey::core {
namespace {

std::string name_of(const ReplicaContext& context, const RosterDevice& device) {
    auto name = open_device_name(context.keyring, context.vault, device.id(), device.sealed_name());
    return name ? *std::move(name) : std::string();
}

std::string described(const KnownDevice& device) {
    return device.name.empty() ? device.id.text() : device.name;
}

void note_removed(AccountState& state, const Roster& roster, std::uint64_t at_ms,
                  std::vector<std::string>& news) {
    for (KnownDevice& device : state.devices) {
        if (device.removed_ms != 0 || roster.find(device.id) != nullptr) continue;
        device.removed_ms = std::max<std::uint64_t>(at_ms, 1);
        news.push_back("the device " + described(device) + " was removed from the account");
    }
}

}  // namespace

Result<std::optional<AccountState>> read_account(SyncStore& store) {
    const auto bytes = store.state(kAccountKey);
    if (!bytes) return std::optional<AccountState>();
    SPAREKEY_TRY(AccountState state, decode_account_state(*bytes));
    return std::optional(std::move(state));
}

Result<AccountState> require_account(SyncStore& store) {
    SPAREKEY_TRY(auto state, read_account(store));
    if (!state) {
        return unexpected(ErrorCode::conflict, "this vault has no account on a server",
                          "sparekey login URL makes one");
    }
    return *std::move(state);
}

Result<std::optional<PushRequest>> read_push(SyncStore& store) {
    const auto bytes = store.state(kPushKey);
    if (!bytes) return std::optional<PushRequest>();
    SPAREKEY_TRY(PushRequest push, decode_push_request(*bytes));
    return std::optional(std::move(push));
}

RosterDevice listed_device(const DeviceSecrets& device, Bytes sealed_name) {
    return {signing_public_key(device.signing.expose()), box_public_key(device.box.expose()),
            std::move(sealed_name)};
}

void follow_devices(AccountState& state, const ReplicaContext& context, const Roster& roster,
                    std::uint64_t at_ms, std::vector<std::string>& news) {
    note_removed(state, roster, at_ms, news);
    for (const RosterDevice& listed : roster.devices) {
        const auto known =
            std::find_if(state.devices.begin(), state.devices.end(),
                         [&](const KnownDevice& device) { return device.id == listed.id(); });
        if (known != state.devices.end() && known->removed_ms == 0) {
            // Its name may have come before the key that it is sealed with.
            if (known->name.empty()) known->name = name_of(context, listed);
            continue;
        }
        KnownDevice added{listed.id(), name_of(context, listed), at_ms, 0};
        if (listed.id() != context.own) {
            news.push_back("the device " + described(added) + " joined the account");
        }
        if (known != state.devices.end()) {
            *known = std::move(added);
        } else {
            state.devices.push_back(std::move(added));
        }
    }
    std::sort(state.devices.begin(), state.devices.end(),
              [](const KnownDevice& left, const KnownDevice& right) { return left.id < right.id; });
}

}  // namespace sparekey::core
