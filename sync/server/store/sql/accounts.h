// Accounts, their devices and who may log in to them.
#pragma once

#include "sync/server/store/sql/session.h"
#include "sync/server/store/store.h"

namespace sparekey::sync {

/// What a push is decided by.
struct AccountHead {
    std::uint64_t n = 0;
    Hash hash{};
    Usage usage;
};
/// Held until the transaction ends, so that changes of one account come one after another.
std::optional<AccountHead> lock_account(Session& session, const AccountId& id);
std::optional<AccountHead> find_head(Session& session, const AccountId& id);

std::optional<Account> find_account(Session& session, const AccountId& id);
std::vector<Account> find_accounts(Session& session);

std::vector<Device> find_devices(Session& session, const AccountId& id);
std::optional<Device> find_device(Session& session, const AccountId& id, const DeviceId& device);
void device_seen(Session& session, const AccountId& id, const DeviceId& device,
                 std::uint64_t now_ms);
/// The devices become `listed`; whoever is left out is revoked, with its tickets.
void replace_devices(Session& session, const AccountId& id, std::span<const Device> listed,
                     std::uint64_t now_ms);

/// Whether names that decide something can be kept.
bool is_plain(const IdentityKey& key);
bool is_plain(const Identity& identity);
enum class Claim { ours, taken };
/// Adds it to the directory and to the account, unless it is another's.
Claim claim_identity(Session& session, const AccountId& id, const Identity& identity);
/// The directory's key. It orders alike in both databases, whatever their language settings, and
/// spreads over a distributed one.
Hash directory_key(const IdentityKey& key);
std::optional<AccountId> find_account_of(Session& session, const IdentityKey& key);
std::vector<Identity> find_identities(Session& session, const AccountId& id);
void remove_identity(Session& session, const AccountId& id, const IdentityKey& key);
void identity_logged_in(Session& session, const IdentityKey& key, std::uint64_t now_ms,
                        std::string_view display);

}  // namespace sparekey::sync
