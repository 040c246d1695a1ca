#include "core/replica/arrival.h"

#include "core/base/mutant.h"
#include "core/codec/codec.h"
#include "core/crypto/hash.h"
#include "core/merge/restamp.h"
#include "core/model/view.h"
#include "core/vault/history.h"
#include "core/vault/item_writer.h"

#include <algorithm>

namespace sparekey::core {
namespace {

/// What the body says about its record; false if it is not what the type says.
bool describe(const RecordSealer& sealer, const RecordBody& body, Recognized& found) {
    Record& record = found.record;
    if (record.type == RecordType::item) {
        auto state = decode_item_state(body.expose(), body.schema);
        if (!state) return false;
        found.row = IndexRow{record.id, record.version, summarize(*state)};
        found.state = *std::move(state);
        return true;
    }
    if (record.type == RecordType::history) {
        const auto entry = decode_history_entry(body.expose());
        if (!entry || sealer.history_id(entry->item, entry->key, entry->dot.stamp) != record.id) {
            return false;
        }
        record.parent = entry->item;
        record.place = place_of(*entry);
        return true;
    }
    if (record.type == RecordType::attachment) {
        const auto chunk = decode_attachment_chunk(body.expose());
        if (chunk) record.parent = chunk->item;
        return chunk.has_value();
    }
    return record.type == RecordType::setting;
}

bool is_live(const ReplicaContext& context, const RecordId& id) {
    const auto row = context.store.index_row(id);
    return row && !row->summary.deleted;
}

void take(Arrival& arrival, Recognized&& found) {
    arrival.outcome = Outcome::taken;
    arrival.record = std::move(found.record);
    arrival.row = std::move(found.row);
    arrival.unreadable = arrival.record.type == RecordType::unreadable;
}

/// The history, here or on its way, holds the value.
bool in_history(const ReplicaContext& context, const Company& company, const RecordId& item,
                const FieldKey& key, const Dot& dot) {
    const RecordId id = context.sealer.history_id(item, key, dot.stamp);
    Record record;
    record.type = RecordType::unreadable;
    if (const Bytes* const blob = company.blob(id)) {
        record = recognize(context.sealer, id, 1, *blob).record;
    } else if (auto stored = context.store.load(id)) {
        record = *std::move(stored);
    }
    if (record.type != RecordType::history) return false;
    const auto body = context.sealer.open(record);
    if (!body) return false;
    const auto entry = decode_history_entry(body->expose());
    return entry && same_value(entry->dot.value, dot.value);
}

/// Both sides changed the record.
Result<void> settle_both(const ReplicaContext& context, Recognized&& found, const Company& company,
                         Arrival& arrival) {
    if (found.newer) {
        return unexpected(
            ErrorCode::conflict,
            "an item that was changed here was changed by a newer Sparekey on another device",
            "update this program");
    }
    if (found.record.type == RecordType::unreadable) {
        arrival.outcome = Outcome::kept;
        return {};
    }
    SPAREKEY_TRY(const auto here, item_here(context, arrival.change.id));
    if (!here || !found.state) {
        // History and chunks are the same whoever makes them; of a setting the account's holds.
        take(arrival, std::move(found));
        return {};
    }
    const auto known = [&](const FieldKey& key, const Dot& dot) {
        return in_history(context, company, arrival.change.id, key, dot);
    };
    MergeResult both = company.restored
                           ? merge(restamp(*here, *found.state, context.own, known), *found.state)
                           : merge(*here, *found.state);
    if (identical(both.state, *found.state)) {
        take(arrival, std::move(found));
    } else {
        arrival.outcome = Outcome::merged;
        arrival.takes_away = is_live(context, arrival.change.id) && both.state.trashed();
    }
    arrival.both = std::move(both);
    return {};
}

/// Every chunk that the item names is here or comes along.
bool has_chunks(const ReplicaContext& context, const ItemState& state, const Company& company) {
    const std::set<RecordId> chunks = named_chunks(context.sealer, state);
    return std::all_of(chunks.begin(), chunks.end(), [&](const RecordId& chunk) {
        return context.store.contains(chunk) || company.blob(chunk) != nullptr;
    });
}

/// What came, but not with all that it takes to be read or to be whole.
bool is_early(const ReplicaContext& context, const Recognized& found, const Company& company,
              bool is_changed) {
    if (found.record.type == RecordType::unreadable) {
        return company.lacks_keys && !SPAREKEY_LEFT_OUT("late-blobs");
    }
    const bool may_lack = company.lacks_parts && !SPAREKEY_LEFT_OUT("late-chunks");
    if (!may_lack || !found.state) return false;
    return (is_changed && company.restored) || !has_chunks(context, *found.state, company);
}

AccountRecord account_record(const RecordChange& change) {
    return {change.version, *change.blob};
}

/// The state that both make, as the version after the account's, with what it replaced.
Result<void> write_merged(const ReplicaContext& context, Arrival& arrival,
                          SyncTransaction& transaction) {
    ItemWriter writer(context.sealer, context.store, transaction);
    auto written =
        writer.write(arrival.change.id, arrival.change.version + 1, *std::move(arrival.both));
    if (!written) {
        Error error = std::move(written).error();
        if (error.code == ErrorCode::usage) {
            error.code = ErrorCode::conflict;
            error.message = "what was changed here in item " + arrival.change.id.text() +
                            " cannot be joined with what another device changed: " + error.message;
        }
        return unexpected(std::move(error));
    }
    transaction.set_difference({arrival.change.id, account_record(arrival.change), true});
    return {};
}

/// Somebody changed the item while it was removed here: it comes back as it was, history and all.
/// What of it another page removed, or changed, is none of it any more.
void bring_back_parts(const ReplicaContext& context, const RecordId& item,
                      SyncTransaction& transaction) {
    for (const RecordBlob& part : context.store.removed_parts(item)) {
        const auto difference = context.store.difference(part.id);
        if (!difference || !difference->account) continue;
        const Recognized found = recognize(context.sealer, part.id, part.version, part.blob);
        const AccountRecord was{part.version, sha256(part.blob)};
        if (difference->account == was) {
            transaction.put_from_account(found.record, nullptr);
        } else {
            transaction.put(found.record, nullptr);
        }
    }
}

Result<void> write_taken(const ReplicaContext& context, const Arrival& arrival,
                         SyncTransaction& transaction) {
    const auto row = context.store.index_row(arrival.record.id);
    bool other_kind = row.has_value() != arrival.row.has_value();
    if (!other_kind && !row) {
        const auto here = context.store.load(arrival.record.id);
        other_kind = !here || here->type != arrival.record.type;
    }
    // A record that stops being an item leaves the search index with its row, and one that can be
    // read now gets its type and its parent; one that is damaged is made anew.
    if (other_kind && context.store.contains(arrival.record.id)) {
        transaction.remove_from_account(arrival.record.id);
    }
    transaction.put_from_account(arrival.record, arrival.row ? &*arrival.row : nullptr);
    if (arrival.comes_back) bring_back_parts(context, arrival.record.id, transaction);
    if (!arrival.both) return {};
    ItemWriter writer(context.sealer, context.store, transaction);
    for (const Dropped& value : arrival.both->dropped) {
        SPAREKEY_CHECK(writer.write_history({arrival.change.id, value.key, value.dot.clone()}));
    }
    return {};
}

}  // namespace

Recognized recognize(const RecordSealer& sealer, const RecordId& id, std::uint64_t version,
                     const Bytes& blob) {
    Recognized found;
    found.record.id = id;
    found.record.version = version;
    found.record.blob = blob;
    const auto body = sealer.open_unknown(found.record);
    found.newer = !body && body.error().code == ErrorCode::conflict;
    if (body && describe(sealer, *body, found)) return found;
    found.record.type = RecordType::unreadable;
    found.record.parent.reset();
    found.record.place.clear();
    if (found.record.epoch == 0) found.record.epoch = 1;
    found.row.reset();
    found.state.reset();
    return found;
}

Result<Arrival> plan_arrival(const ReplicaContext& context, const RecordChange& change,
                             const Company& company) {
    const Bytes* const blob = company.blob(change.id);
    Arrival arrival;
    arrival.change = change;
    const auto difference = context.store.difference(change.id);
    arrival.unsent = difference && difference->unsent && !company.went_through(change.id);
    const auto here = context.store.leaf(change.id);
    arrival.takes_away = here && is_live(context, change.id);
    if (!change.blob) {
        arrival.outcome = Outcome::gone;
        if (here && arrival.unsent) keep(arrival);
        return arrival;
    }
    if (here && here->version == change.version && here->blob == *change.blob) {
        arrival.takes_away = false;
        return arrival;
    }
    if (!here && !difference && company.sent(change)) {
        // Removed here while it was on its way.
        arrival.outcome = Outcome::kept;
        return arrival;
    }
    if (blob == nullptr) {
        arrival.outcome = Outcome::awaited;
        arrival.takes_away = false;
        return arrival;
    }
    Recognized found = recognize(context.sealer, change.id, change.version, *blob);
    const bool is_changed = here && arrival.unsent;
    if (is_early(context, found, company, is_changed)) {
        arrival.outcome = Outcome::awaited;
        arrival.takes_away = false;
        return arrival;
    }
    // What a newer program wrote counts as well: a device that lies could write anything as that.
    arrival.newer = found.newer;
    arrival.takes_away = arrival.takes_away && (!found.row || found.row->summary.deleted);
    arrival.comes_back =
        !here && (found.row || found.newer) && !context.store.removed_parts(change.id).empty();
    if (is_changed) {
        SPAREKEY_CHECK(settle_both(context, std::move(found), company, arrival));
    } else {
        take(arrival, std::move(found));
    }
    return arrival;
}

std::vector<std::string> unreadable_news(std::span<const Arrival> arrivals) {
    constexpr std::size_t kMostNamed = 3;
    std::vector<std::string> news;
    std::size_t others = 0;
    for (const Arrival& arrival : arrivals) {
        if (!arrival.unreadable) continue;
        if (news.size() == kMostNamed) {
            ++others;
            continue;
        }
        const std::string record = "record " + arrival.change.id.text();
        news.push_back(arrival.newer ? record +
                                           " was written by a newer Sparekey: update this "
                                           "program to read it"
                                     : record +
                                           " came damaged from another device; it is kept as "
                                           "it is");
    }
    if (others > 0) news.push_back("so it is with " + std::to_string(others) + " more records");
    return news;
}

std::set<RecordId> named_chunks(const RecordSealer& sealer, const FieldKey& key, const Dot& dot) {
    std::set<RecordId> chunks;
    if (key.kind != FieldKind::attachment) return chunks;
    const auto manifest = parse_manifest(key.name, dot.value.text.expose());
    const std::uint32_t count = manifest ? manifest->chunks : 0;
    for (std::uint32_t index = 0; index < count; ++index) {
        chunks.insert(sealer.chunk_id(manifest->id, index));
    }
    return chunks;
}

std::set<RecordId> named_chunks(const RecordSealer& sealer, const ItemState& state) {
    std::set<RecordId> chunks;
    for (const Field& field : state.fields) {
        for (const Dot& dot : field.dots) chunks.merge(named_chunks(sealer, field.key, dot));
    }
    return chunks;
}

Result<std::optional<ItemState>> item_here(const ReplicaContext& context, const RecordId& id) {
    std::optional<ItemState> item;
    const auto record = context.store.load(id);
    const bool is_damaged = !record && record.error().code != ErrorCode::not_found;
    if (is_damaged && !SPAREKEY_LEFT_OUT("damaged-here")) return unexpected(record.error());
    if (!record || record->type != RecordType::item) return item;
    const auto body = context.sealer.open(*record);
    if (!body) return item;
    auto state = decode_item_state(body->expose(), body->schema);
    if (state) item = *std::move(state);
    return item;
}

void keep(Arrival& arrival) {
    arrival.outcome = Outcome::kept;
    arrival.takes_away = false;
}

Result<void> write_arrival(const ReplicaContext& context, Arrival& arrival,
                           SyncTransaction& transaction) {
    const RecordChange& change = arrival.change;
    switch (arrival.outcome) {
        case Outcome::same:
            transaction.clear_difference(change.id);
            break;
        case Outcome::awaited:
            transaction.set_difference({change.id, account_record(change), arrival.unsent});
            break;
        case Outcome::taken:
            return write_taken(context, arrival, transaction);
        case Outcome::gone:
            transaction.remove_from_account(change.id);
            break;
        case Outcome::merged:
            return write_merged(context, arrival, transaction);
        case Outcome::kept: {
            Difference difference{change.id, std::nullopt, true};
            if (change.blob) difference.account = account_record(change);
            transaction.set_difference(difference);
            break;
        }
    }
    return {};
}

}  // namespace sparekey::core
