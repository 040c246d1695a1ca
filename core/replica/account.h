// What a vault knows of its account on a server: one value, kept beside the records and changed in
// the transaction that changes them.
#pragma once

#include "core/chain/advance.h"
#include "core/chain/exchange.h"

#include <string>

namespace sparekey::core {

/// A device as this vault came to know it; one that left is kept, so that it can be named.
struct KnownDevice {
    DeviceId id;
    std::string name;              // empty: not readable here
    std::uint64_t added_ms = 0;    // by the adding device's clock; 0: it was there before this one
    std::uint64_t removed_ms = 0;  // 0: it is a member
};

/// One way to sign in, as the server told it last.
struct LinkedIdentity {
    std::string id;  // "oidc:ISSUER#SUB" or "PROVIDER:ID"
    std::string provider;
    std::string display;
};

enum class AccountStage : std::uint8_t {
    starting = 1,  // the first commit is not acknowledged yet: `head` is of n = 0
    joining = 2,   // a member, but the account's records are not here yet
    in_use = 3,
    left = 4,       // after `logout`, or removed by another device: kept, so that nothing is taken
                    // for another account
    reseeding = 5,  // a member that made the history of a server from a backup its own, and whose
                    // records are not held against that server's yet (core/replica/reseed.h)
};

struct AccountState {
    AccountStage stage = AccountStage::starting;
    std::string origin;       // of the server: scheme, host and port; no slash at the end
    std::string device_name;  // of this one
    SignedCommit commit;      // at the head; empty while starting
    SignedRoster roster;      // in force
    // What this device last had of the account, of which its own are changes: the roster's, unless
    // that came with a page which had the parts of a later one (has_parts_of()).
    Bytes slots;       // encoded
    Hash keyring{};    // SHA-256 of the sealed one
    ChainPoint audit;  // of the server's log, as it was last told
    /// Commits of this device came that it does not know, and more of them may come: it was
    /// restored from a backup. Until the head is reached.
    bool restored = false;
    std::uint64_t synced_ms = 0;       // when a sync last came to its end; 0: never
    std::vector<KnownDevice> devices;  // sorted by id
    std::vector<LinkedIdentity> identities;
};

Bytes encode(const AccountState& state);
/// ErrorCode::integrity.
Result<AccountState> decode_account_state(ByteView bytes);

/// Where the account's history stands here. The state was verified when it was stored.
Result<ChainHead> chain_head(const VaultId& vault, const AccountState& state);

/// What two people compare to see that their devices have the same history: the head's number and
/// the first 80 bits of its hash, in groups.
std::string head_fingerprint(const ChainPoint& head);

}  // namespace sparekey::core
