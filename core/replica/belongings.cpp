// What belongs to the items of a page: chunks and history that stay although the account removed
// them, and those that nothing needs any more.
#include "core/base/mutant.h"
#include "core/codec/codec.h"
#include "core/replica/incoming_page.h"
#include "core/vault/history.h"

#include <algorithm>

namespace sparekey::core {

/// An item that is to be sent takes along what it has, although the account removed it: all of it
/// where the account removed the item too, even if somebody brought it back since; else the chunks
/// that it names.
Result<IncomingPage::Belongings> IncomingPage::belongings(const RecordId& item) const {
    const Belongings nothing, everything{true};
    const auto chunks_here = [&]() -> Result<Belongings> {
        SPAREKEY_TRY(const auto here, item_here(context_, item));
        if (!here) return Belongings();
        return Belongings{false, named_chunks(context().sealer, *here)};
    };
    const auto difference = context_.store.difference(item);
    const bool is_unsent = difference && difference->unsent;
    const auto arrival =
        std::lower_bound(arrivals_.begin(), arrivals_.end(), item,
                         [](const Arrival& one, const RecordId& id) { return one.change.id < id; });
    if (arrival == arrivals_.end() || arrival->change.id != item) {
        if (!is_unsent || SPAREKEY_LEFT_OUT("parts-of-other-pages")) return nothing;
        if (!difference->account) return everything;
        return chunks_here();
    }
    if (arrival->outcome == Outcome::kept && !arrival->change.blob) return everything;
    const bool was_removed_before =
        is_unsent && !difference->account && !SPAREKEY_LEFT_OUT("history-of-other-pages");
    const bool was_removed = was_removed_before || destroyed_.count(item) != 0;
    if (arrival->outcome == Outcome::merged && !SPAREKEY_LEFT_OUT("returned-parts")) {
        if (was_removed) return everything;
        return Belongings{false, named_chunks(context().sealer, arrival->both->state)};
    }
    // What it is, or will be merged with, comes with a later page or with a key; until then it may
    // be changed here. Or it came in a form that does not open, and what is here is sent again.
    const bool is_open = arrival->outcome == Outcome::awaited || arrival->outcome == Outcome::kept;
    if (is_open && !SPAREKEY_LEFT_OUT("awaited-parts")) {
        if (was_removed) return everything;
        return chunks_here();
    }
    return nothing;
}

Result<void> IncomingPage::keep_belongings() {
    std::map<RecordId, Belongings> known;
    for (Arrival& arrival : arrivals_) {
        if (arrival.outcome != Outcome::gone) continue;
        const auto here = context_.store.load(arrival.change.id);
        if (!here || !here->parent) continue;
        const auto [found, is_new] = known.try_emplace(*here->parent);
        if (is_new) {
            SPAREKEY_TRY(found->second, belongings(*here->parent));
        }
        const Belongings& all = found->second;
        if (all.everything || all.chunks.count(here->id) != 0) keep(arrival);
    }
    return {};
}

/// The chunks that an item of the account needs: those of its attachments, also of old ones.
/// Nothing if that cannot be known, since a part of its history is damaged.
std::optional<std::set<RecordId>> IncomingPage::needed_chunks(const Arrival& arrival) const {
    const Record& record = arrival.record;
    const Recognized found = recognize(context().sealer, record.id, record.version, record.blob);
    std::set<RecordId> needed;
    if (found.state) needed.merge(named_chunks(context().sealer, *found.state));
    for (const Child& child : context_.store.children(record.id, RecordType::history)) {
        if (!stays(child)) continue;
        const auto stored = context_.store.load(child.id);
        if (!stored) return std::nullopt;
        const auto body = context().sealer.open(*stored);
        if (!body) continue;
        const auto entry = decode_history_entry(body->expose());
        if (!entry) continue;
        needed.merge(named_chunks(context().sealer, entry->key, entry->dot));
    }
    return needed;
}

/// What was kept while it was not known what becomes of its item: all of it where the item is gone,
/// and the chunks that it does not need where it is as the account has it. Its history is sent.
/// True if there was something.
bool IncomingPage::drop_stray_parts(SyncTransaction& transaction) const {
    bool dropped = false;
    if (SPAREKEY_LEFT_OUT("stray-parts")) return dropped;
    const auto kept = [&](const Arrival& arrival, RecordType type) {
        std::vector<Child> parts = context_.store.children(arrival.change.id, type);
        std::erase_if(parts, [&](const Child& part) {
            const auto difference = context_.store.difference(part.id);
            return !difference || !difference->unsent || difference->account;
        });
        return parts;
    };
    const auto drop = [&](const Child& part) {
        transaction.remove_from_account(part.id);
        dropped = true;
    };
    for (const Arrival& arrival : arrivals_) {
        const bool is_gone = arrival.outcome == Outcome::gone;
        if (!is_gone && (arrival.outcome != Outcome::taken || !arrival.row)) continue;
        const std::vector<Child> chunks = kept(arrival, RecordType::attachment);
        if (is_gone) {
            std::ranges::for_each(kept(arrival, RecordType::history), drop);
            std::ranges::for_each(chunks, drop);
        } else if (!chunks.empty()) {
            const auto needed = needed_chunks(arrival);
            for (const Child& chunk : chunks) {
                if (needed && needed->count(chunk.id) == 0) drop(chunk);
            }
        }
    }
    return dropped;
}

}  // namespace sparekey::core
