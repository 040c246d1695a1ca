// One record as the account has it now, and what that means here. Private to core/replica.
#pragma once

#include "core/merge/merge.h"
#include "core/replica/context.h"

#include <set>
#include <span>

namespace sparekey::core {

enum class Outcome : std::uint8_t {
    same,     // what is here
    awaited,  // a later page has it
    taken,    // as the account has it
    gone,     // the account removed it
    merged,   // both sides changed it
    kept,     // what is here is not in the account, or not readable there: sent again
};

struct Arrival {
    RecordChange change;
    Outcome outcome = Outcome::same;
    bool unsent = false;                   // it differed already
    Record record = {};                    // for `taken`
    std::optional<IndexRow> row = {};      // for `taken`, of an item
    std::optional<MergeResult> both = {};  // for `merged`; for `taken` what its values replaced
    bool comes_back = false;               // an item that was removed here, with its parts
    bool takes_away = false;               // an item that is live here would not be
    bool unreadable = false;
    bool newer = false;  // and that since a newer program wrote it
};

/// What comes along with a record.
struct Company {
    /// Null if the page does not carry the record's blob.
    std::function<const Bytes*(const RecordId&)> blob;
    /// It is what the push that was on its way from here said.
    std::function<bool(const RecordChange&)> sent = [](const RecordChange&) { return false; };
    /// The commits went through the very blob that is here: nothing was changed here since.
    std::function<bool(const RecordId&)> went_through = [](const RecordId&) { return false; };
    /// This device was restored from a backup (core/merge/restamp.h).
    bool restored = false;
    /// The account has an epoch whose key is not here yet: what does not open waits for it.
    bool lacks_keys = false;
    /// Chunks of attachments and history are still to come: an item waits for its chunks, and, if
    /// this device was restored and changed it, for its history.
    bool lacks_parts = false;
};

/// ErrorCode::conflict for a record of a newer program that was changed here too.
Result<Arrival> plan_arrival(const ReplicaContext& context, const RecordChange& change,
                             const Company& company);
/// What is here stays, although the account removed it: a part of an item that is sent again.
void keep(Arrival& arrival);

/// What is said of records that do not open: of the first few each, of the others how many.
std::vector<std::string> unreadable_news(std::span<const Arrival> arrivals);

/// The chunks of every attachment that a value of the item names, shown or in conflict.
std::set<RecordId> named_chunks(const RecordSealer& sealer, const ItemState& state);
/// Those that a value of a field names, which may be of any kind.
std::set<RecordId> named_chunks(const RecordSealer& sealer, const FieldKey& key, const Dot& dot);
/// The item as it is here; nothing if what is here is no item, or does not open.
/// ErrorCode::integrity: what is damaged on this disk is not taken for what is not here.
Result<std::optional<ItemState>> item_here(const ReplicaContext& context, const RecordId& id);

Result<void> write_arrival(const ReplicaContext& context, Arrival& arrival,
                           SyncTransaction& transaction);

/// Type, parent, place and index row of a record of which id, version and blob are known. One that
/// does not open is RecordType::unreadable.
struct Recognized {
    Record record;
    std::optional<IndexRow> row;
    std::optional<ItemState> state;  // of an item
    bool newer = false;              // a newer program wrote it
};
Recognized recognize(const RecordSealer& sealer, const RecordId& id, std::uint64_t version,
                     const Bytes& blob);

}  // namespace sparekey::core
