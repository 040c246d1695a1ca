// A record store that also knows what the account on the server holds.
//
// While a vault has an account, every record that differs from the account's has a Difference,
// written in the transaction that makes it differ. So what is unsent is known after a crash, and
// the account's own state root can be computed at the cost of what differs.
#pragma once

#include "core/chain/exchange.h"
#include "core/chain/state_root.h"
#include "core/ports/record_store.h"

namespace sparekey::core {

/// What the account holds of a record.
struct AccountRecord {
    std::uint64_t version = 1;
    Hash blob{};  // SHA-256

    friend bool operator==(const AccountRecord&, const AccountRecord&) = default;
};

struct Difference {
    RecordId id;
    std::optional<AccountRecord> account;  // nothing: it has no such record
    /// Changed or removed here. Else the account's newer blob has not come yet.
    bool unsent = false;

    friend bool operator==(const Difference&, const Difference&) = default;
};

/// A transaction in which put() and remove() are changes made here, as in every other.
class SyncTransaction : public RecordTransaction {
  public:
    /// The record as the account has it: no difference is left.
    virtual void put_from_account(const Record& record, const IndexRow* index) = 0;
    virtual void remove_from_account(const RecordId& id) = 0;
    /// Only what is known of the account changes.
    virtual void set_difference(const Difference& difference) = 0;
    virtual void clear_difference(const RecordId& id) = 0;
    /// All records differ from the account's, which has none; from now on differences are written.
    virtual void differ_in_all() = 0;
    /// Nothing differs any more, and nothing is written: the vault has no account.
    virtual void differ_in_nothing() = 0;
    /// Of what was removed here and the account does not have, nothing is kept any longer: no push
    /// is on its way that could have brought it there.
    virtual void forget_removed() = 0;
    /// Named values beside the records.
    virtual void put_state(std::string_view key, ByteView value) = 0;
    virtual void remove_state(std::string_view key) = 0;
};

class SyncStore : public RecordStore {
  public:
    virtual std::unique_ptr<SyncTransaction> begin_sync() = 0;
    /// Which state of the store this is: another after every commit.
    virtual std::uint64_t sequence() const = 0;
    virtual std::optional<Bytes> state(std::string_view key) = 0;
    virtual std::optional<Difference> difference(const RecordId& id) = 0;
    /// In the order of their ids; stops when `visit` returns false, and `visit` changes nothing.
    virtual void each_difference(const std::function<bool(const Difference&)>& visit) = 0;
    virtual std::size_t unsent_count() = 0;
    /// Parts of `parent` that were removed here, which the account still has: as they were, sorted
    /// by id.
    virtual std::vector<RecordBlob> removed_parts(const RecordId& parent) = 0;
    /// Whose they are, sorted.
    virtual std::vector<RecordId> parents_of_removed() = 0;
    /// RecordType::unreadable, sorted. Looks at every record.
    virtual std::vector<RecordId> unreadable() = 0;

    // The state root's tree over the records that are here.
    virtual std::optional<Leaf> leaf(const RecordId& id) = 0;
    virtual std::vector<Leaf> bucket(std::uint32_t bucket) = 0;
    virtual Hash node(std::uint32_t node) = 0;
    virtual std::uint64_t record_count() = 0;
};

}  // namespace sparekey::core
