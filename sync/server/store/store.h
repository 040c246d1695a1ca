// Where the server keeps accounts: one narrow interface, SQLite or PostgreSQL behind it.
//
// Every function is one transaction, may be called from many threads at once, and returns when what
// it wrote is durable. An account's id leads every key; no transaction spans two accounts, and a
// serialization failure is retried inside. What callers may meet is a value; a database that is
// away, full or broken is StoreUnavailable (503 with Retry-After), and reads go on while writes
// cannot. Signatures, roster rules and blob hashes are checked before a store is asked
// (core/chain); the store decides what only a transaction can: heads, versions, uniqueness, counts.
//
// Text is UTF-8 without NUL. Names that decide something (issuer, subject, provider) are refused if
// they are not; what is only shown or logged is kept with U+FFFD in the places that are not.
// Times above 2^63 − 1 ms are kept as that.
#pragma once

#include "core/base/result.h"
#include "sync/server/store/types.h"

#include <functional>
#include <memory>
#include <span>

namespace sparekey::sync {

class StoreUnavailable : public core::SystemFailure {
  public:
    using SystemFailure::SystemFailure;
};

/// What an account may hold once a push is stored. One that already holds more may still shrink. A
/// Quota that nobody filled in allows nothing.
struct Quota {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::uint32_t devices = 0;
};

/// What a commit with a roster replaces: roster, slots, keyring and devices. A device that is no
/// longer listed is revoked and its tickets die here. One that stays keeps its times.
struct PushedRoster {
    Bytes roster, slots, keyring;
    std::vector<Device> devices;
};

/// Of a first commit, which makes the account: the identity that signs up, and the invitation it
/// uses.
struct FoundingBy {
    std::optional<Identity> identity;
    std::optional<Hash> invitation;
};

/// A commit that was verified, with all that becomes true when it is stored.
struct Push {
    using Roster = PushedRoster;
    using Founding = FoundingBy;

    AccountId account;
    StoredCommit commit;
    Hash previous{};  // must be the head's hash; zero for the first
    std::vector<Change> changes;
    std::optional<Roster> roster;      // if the commit carries one
    std::optional<Founding> founding;  // if it is the first
    std::optional<Ticket> enrolment;   // must still be there at this revision; consumed
    Quota quota;
    AuditEntry audit;  // of this account; its time is also when all of this happened
};

struct Pushed {
    std::uint64_t n = 0;
    Hash hash{};
    bool repeated = false;  // the same commit was stored before: the first answer again, audit too
    AuditHead audit;
};

enum class PushRefusal : std::uint8_t {
    behind,
    version,
    quota,
    identity_taken,
    invitation,
    enrolment_gone,
    malformed  // an identity whose names are not plain text
};

struct PushOutcome {
    std::optional<Pushed> pushed;
    PushRefusal refusal = PushRefusal::behind;  // when nothing was pushed
    std::uint64_t head = 0;                     // where the account is; 0 if there is none
    Hash head_hash{};
};

/// A page of commits with the blobs that are still current at the head.
struct Pull {
    std::uint64_t head = 0;
    Hash head_hash{};
    std::vector<StoredCommit> commits;
    std::vector<Change> blobs;  // records whose current version one of `commits` brought
    /// When a commit of the page carries a roster: the slots and keyring in force.
    Bytes slots, keyring;
    AuditHead audit;
};

/// A page of the account as it is: live records in the order of their ids.
struct Snapshot {
    std::uint64_t head = 0;
    Hash head_hash{};
    std::vector<Change> records;
    bool more = false;
};

using ChangeListener = std::function<void(const AccountId&, std::uint64_t head)>;

class Store {
  public:
    virtual ~Store() = default;

    // Accounts and their chain.
    virtual std::optional<Account> account(const AccountId& id) = 0;
    virtual std::vector<Account> accounts() = 0;  // without roster, slots and keyring
    virtual PushOutcome push(const Push& push) = 0;
    /// Commits n+1 … as many as fit into `most_bytes` (at least one); nothing if there is no
    /// account.
    virtual std::optional<Pull> pull(const AccountId& id, std::uint64_t after,
                                     std::size_t most_bytes) = 0;
    virtual std::optional<Snapshot> snapshot(const AccountId& id,
                                             const std::optional<RecordId>& after,
                                             std::size_t most_bytes) = 0;
    virtual std::optional<StoredCommit> commit(const AccountId& id, std::uint64_t n) = 0;
    /// The last one before `n` that carries a roster.
    virtual std::optional<StoredCommit> roster_commit_before(const AccountId& id,
                                                             std::uint64_t n) = 0;

    // Devices.
    virtual std::vector<Device> devices(const AccountId& id) = 0;
    virtual std::optional<Device> device(const AccountId& id, const DeviceId& device) = 0;
    /// To the minute, so that reading is not writing; never throws StoreUnavailable.
    virtual void seen(const AccountId& id, const DeviceId& device, std::uint64_t now_ms) = 0;

    // Identities: (issuer, subject) is unique over all accounts.
    virtual std::optional<AccountId> account_of(const IdentityKey& key) = 0;
    virtual std::vector<Identity> identities(const AccountId& id) = 0;
    /// Again for the same account: provider and display are replaced. ErrorCode::conflict if it is
    /// another account's, ErrorCode::not_found without the account, ErrorCode::usage if a name is
    /// not plain text.
    virtual core::Result<void> link(const AccountId& id, const Identity& identity,
                                    const AuditEntry& audit) = 0;
    /// ErrorCode::not_found; ErrorCode::conflict if it is the last and `last_may_go` is false.
    virtual core::Result<void> unlink(const AccountId& id, const IdentityKey& key, bool last_may_go,
                                      const AuditEntry& audit) = 0;
    virtual void logged_in(const IdentityKey& key, std::uint64_t now_ms,
                           std::string_view display) = 0;

    // Tickets. An access token, page session, page link or link intent of a device that is revoked
    // is not given out, even if it was put after the revocation by a request that ran beside it.
    /// Replaces one with that key.
    virtual void put_ticket(const Ticket& ticket) = 0;
    /// ErrorCode::conflict if its key is there already and has not expired: for what may come only
    /// once.
    virtual core::Result<void> put_new_ticket(const Ticket& ticket, std::uint64_t now_ms) = 0;
    virtual std::optional<Ticket> ticket(TicketKind kind, const Hash& key,
                                         std::uint64_t now_ms) = 0;
    /// Reads and removes: of many that ask at once, one gets it.
    virtual std::optional<Ticket> take_ticket(TicketKind kind, const Hash& key,
                                              std::uint64_t now_ms) = 0;
    /// Replaces state, account, device and expiry if the revision is still the ticket's, and counts
    /// the revision up by one. ErrorCode::conflict.
    virtual core::Result<void> replace_ticket(const Ticket& ticket) = 0;
    virtual void remove_ticket(TicketKind kind, const Hash& key) = 0;
    virtual std::vector<Ticket> tickets_of(const AccountId& id, TicketKind kind,
                                           std::uint64_t now_ms) = 0;
    /// Of all devices if `device` is left out.
    virtual void remove_tickets_of(const AccountId& id, const std::optional<DeviceId>& device,
                                   TicketKind kind) = 0;
    virtual void sweep_tickets(std::uint64_t now_ms) = 0;

    // Invitations.
    virtual void add_invitation(const Invitation& invitation, const AuditEntry& audit) = 0;
    virtual bool invitation_is_good(const Hash& code, std::uint64_t now_ms) = 0;

    // Audit: append-only chains.
    virtual AuditHead append_audit(const AuditEntry& entry) = 0;
    virtual AuditHead audit_head(const std::optional<AccountId>& account) = 0;
    /// Lines after `after`, oldest first, at most `limit`.
    virtual std::vector<AuditLine> audit(const std::optional<AccountId>& account,
                                         std::uint64_t after, std::size_t limit) = 0;

    /// Called with an account whose head moved, by this server or another on the same database;
    /// from a thread of the store, after the push is durable; heads that follow each other closely
    /// may come as the last of them. A hint: it may be lost with a connection, so whoever waits
    /// asks again now and then. One listener; an empty one ends it.
    virtual void on_change(ChangeListener listener) = 0;

    /// Throws StoreUnavailable unless a trivial read works.
    virtual void ping() = 0;
};

}  // namespace sparekey::sync
