#include "core/vault/vault.h"

#include "core/crypto/hash.h"
#include "core/model/conflict_label.h"
#include "core/model/limits.h"
#include "core/vault/history.h"
#include "core/vault/purged_import.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace sparekey::core {
namespace {

Unexpected damaged_attachment() {
    return unexpected(ErrorCode::integrity, "the attachment is damaged");
}

Unexpected no_such(std::string what) {
    return unexpected(ErrorCode::not_found, std::move(what));
}

/// By its label, else an attachment's by its file name.
const Conflict* find_conflict(const std::vector<Conflict>& conflicts, std::string_view name) {
    for (const Conflict& one : conflicts) {
        if (conflict_label(one.key) == name) return &one;
    }
    for (const Conflict& one : conflicts) {
        if (one.key.kind == FieldKind::attachment && one.key.name == name) return &one;
    }
    return nullptr;
}

Result<AttachmentChunk> open_chunk(const RecordSealer& sealer, RecordStore& store,
                                   const RecordId& id) {
    SPAREKEY_TRY(const Record record, store.load(id));
    SPAREKEY_TRY(const RecordBody body, sealer.open(record));
    return decode_attachment_chunk(body.expose());
}

}  // namespace

Vault::Vault(VaultId vault, DeviceId device, const Keyring& keyring, RecordStore& store,
             Clock& clock, Random& random)
    : vault_(vault),
      device_(device),
      store_(store),
      clock_(clock),
      random_(random),
      sealer_(vault, keyring, random) {}

Result<Vault::Loaded> Vault::load(const RecordId& id) {
    SPAREKEY_TRY(const Record record, store_.load(id));
    if (record.type != RecordType::item) return no_such("no such item");
    SPAREKEY_TRY(const RecordBody body, sealer_.open(record));
    SPAREKEY_TRY(ItemState state, decode_item_state(body.expose(), body.schema));
    return Loaded{std::move(state), record.version};
}

Result<Item> Vault::item(const RecordId& id) {
    SPAREKEY_TRY(const Loaded loaded, load(id));
    return view(loaded.state, id, loaded.version);
}

Result<ItemState> Vault::state(const RecordId& id) {
    SPAREKEY_TRY(Loaded loaded, load(id));
    return std::move(loaded.state);
}

Result<ItemState> Vault::state(const Record& record) const {
    SPAREKEY_TRY(const RecordBody body, sealer_.open(record));
    return decode_item_state(body.expose(), body.schema);
}

Result<std::optional<Facts>> Vault::facts(const RecordId& id) {
    SPAREKEY_TRY(const Record record, store_.load(id));
    return facts(record);
}

Result<std::optional<Facts>> Vault::facts(const Record& record) const {
    SPAREKEY_TRY(const ItemState state, this->state(record));
    if (state.trashed()) return std::optional<Facts>();
    return std::optional(facts_of(state, record.id));
}

Result<Item> Vault::add(const ItemPatch& patch) {
    SPAREKEY_TRY(MergeResult made, create_item(patch, now()));
    const RecordId id = sealer_.new_record_id();
    const auto transaction = store_.begin();
    ItemWriter writer(sealer_, store_, *transaction);
    SPAREKEY_TRY(const ItemState written, writer.write(id, 1, std::move(made)));
    transaction->commit();
    return view(written, id, 1);
}

Result<Item> Vault::change(const RecordId& id,
                           const std::function<Result<MergeResult>(const ItemState&)>& next) {
    SPAREKEY_TRY(const Loaded loaded, load(id));
    SPAREKEY_TRY(MergeResult changed, next(loaded.state));
    if (identical(changed.state, loaded.state)) return view(loaded.state, id, loaded.version);
    const auto transaction = store_.begin();
    ItemWriter writer(sealer_, store_, *transaction);
    // Before the first write: reads are checked against the root of the last commit.
    SPAREKEY_CHECK(prune_history(id, changed.dropped.size(), *transaction));
    SPAREKEY_TRY(const ItemState written, writer.write(id, loaded.version + 1, std::move(changed)));
    transaction->commit();
    return view(written, id, loaded.version + 1);
}

/// Keeps the newest `history_kept_` entries, counting the `added` ones of this transaction. Opens
/// only those that it removes.
Result<void> Vault::prune_history(const RecordId& id, std::size_t added,
                                  RecordTransaction& transaction) {
    if (added == 0) return {};
    std::vector<Child> stored = store_.children(id, RecordType::history);
    if (stored.size() + added <= history_kept_) return {};
    // Those of a vault from before places come first.
    if (stored.front().place.empty()) {
        SPAREKEY_TRY(stored, learn_places(id, transaction));
    }
    const std::size_t kept = history_kept_ > added ? history_kept_ - added : 0;
    stored.resize(stored.size() - std::min(kept, stored.size()));
    std::erase_if(stored, stays);
    // Each is opened before the first goes: the root does not cover what this transaction removed.
    for (const Child& oldest : stored) SPAREKEY_CHECK(open_history(sealer_, store_, id, oldest));
    for (const Child& oldest : stored) transaction.remove(oldest.id);
    return {};
}

Result<std::vector<Child>> Vault::learn_places(const RecordId& id, RecordTransaction& transaction) {
    SPAREKEY_TRY(const std::vector<StoredHistory> history, read_history(sealer_, store_, id));
    std::vector<Child> oldest_first;
    for (auto one = history.rbegin(); one != history.rend(); ++one) {
        oldest_first.push_back({one->record, place_of(one->entry)});
        transaction.put_place(one->record, oldest_first.back().place);
    }
    return oldest_first;
}

Result<Item> Vault::edit(const RecordId& id, const ItemPatch& patch) {
    return change(id, [&](const ItemState& state) { return apply_patch(state, patch, now()); });
}

Result<Item> Vault::put_in_trash(const RecordId& id) {
    return change(id, [&](const ItemState& state) -> Result<MergeResult> {
        return core::put_in_trash(state, now());
    });
}

Result<Item> Vault::restore(const RecordId& id) {
    return change(id, [&](const ItemState& state) -> Result<MergeResult> {
        return core::restore(state, now());
    });
}

Result<std::size_t> Vault::empty_trash() {
    std::vector<RecordId> trashed;
    store_.each_index_row(Shelf::trash, [&](const IndexRow& row) {
        trashed.push_back(row.id);
        return true;
    });
    // Before the first write: reads are checked against the root of the last commit.
    std::map<RecordId, std::string> marks;  // of what goes; empty if it was not imported
    for (const RecordId& id : trashed) {
        // The index may be stale, the sealed state never is: only what it says is removed.
        SPAREKEY_TRY(const Loaded loaded, load(id));
        if (!loaded.state.trashed()) continue;
        const Register* const mark = loaded.state.find({FieldKind::import_mark, {}, 0});
        marks[id] = mark == nullptr ? "" : std::string(shown(*mark).value.text.expose());
    }
    const auto transaction = store_.begin();
    ItemWriter writer(sealer_, store_, *transaction);
    for (const auto& [id, mark] : marks) {
        writer.remove(id);
        if (!mark.empty()) {
            SPAREKEY_CHECK(remember_purged_import(sealer_, *transaction, id, mark));
        }
    }
    transaction->commit();
    return marks.size();
}

Result<std::vector<HistoryLine>> Vault::history(const RecordId& id) {
    SPAREKEY_CHECK(load(id));
    SPAREKEY_TRY(std::vector<StoredHistory> stored, read_history(sealer_, store_, id));
    std::map<std::string, std::uint32_t> counted;
    std::vector<HistoryLine> lines;
    lines.reserve(stored.size());
    for (StoredHistory& one : stored) {
        if (one.entry.key.kind == FieldKind::import_mark) continue;  // nobody wrote it
        const std::uint32_t n = ++counted[field_label(one.entry.key)];
        lines.push_back({one.record, n, std::move(one.entry)});
    }
    return lines;
}

/// An import may know an old attachment by name only.
Result<void> Vault::check_data_present(const HistoryEntry& entry) {
    if (entry.key.kind != FieldKind::attachment) return {};
    const auto manifest = parse_manifest(entry.key.name, entry.dot.value.text.expose());
    if (!manifest || !has_data(*manifest)) return no_such("the data of that attachment is gone");
    return {};
}

bool Vault::has_data(const Attachment& attachment) {
    for (std::uint32_t index = 0; index < attachment.chunks; ++index) {
        if (!store_.contains(sealer_.chunk_id(attachment.id, index))) return false;
    }
    return true;
}

Result<Item> Vault::revert(const RecordId& id, std::string_view label, std::uint32_t n) {
    SPAREKEY_TRY(const std::vector<HistoryLine> lines, history(id));
    for (const HistoryLine& line : lines) {
        if (line.n != n || field_label(line.entry.key) != label) continue;
        SPAREKEY_CHECK(check_data_present(line.entry));
        return change(id, [&](const ItemState& state) -> Result<MergeResult> {
            return set_value(state, line.entry.key, line.entry.dot.value, now());
        });
    }
    return no_such("the history has no " + std::string(label) + "@" + std::to_string(n));
}

Result<std::vector<Conflict>> Vault::conflicts(const RecordId& id) {
    SPAREKEY_TRY(const Loaded loaded, load(id));
    return core::conflicts(loaded.state);
}

Result<Item> Vault::resolve(const RecordId& id, std::string_view label, Keep keep) {
    return change(id, [&](const ItemState& state) -> Result<MergeResult> {
        const std::vector<Conflict> all = core::conflicts(state);
        if (const Conflict* const meant = find_conflict(all, label)) {
            return core::resolve(state, meant->key, keep, now());
        }
        return no_such("the field " + std::string(label) + " has no conflict");
    });
}

Result<SecretText> Vault::peek_recovery_code(const RecordId& id) {
    SPAREKEY_TRY(const Item found, item(id));
    if (found.recovery_codes.empty()) return no_such("no unused recovery code is left");
    return found.recovery_codes.front().clone();
}

Result<SecretText> Vault::use_recovery_code(const RecordId& id) {
    SPAREKEY_TRY(Item found, item(id));
    if (found.recovery_codes.empty()) return no_such("no unused recovery code is left");
    SecretText code = std::move(found.recovery_codes.front());
    found.recovery_codes.erase(found.recovery_codes.begin());
    ItemPatch patch;
    patch.recovery_codes = std::move(found.recovery_codes);
    SPAREKEY_CHECK(edit(id, patch));
    return code;
}

Result<std::uint64_t> Vault::next_hotp_counter(const RecordId& id, std::uint64_t initial) {
    SPAREKEY_TRY(const Loaded loaded, load(id));
    const std::uint64_t counter = hotp_counter(loaded.state).value_or(initial);
    if (counter == std::numeric_limits<std::uint64_t>::max()) {
        return unexpected(ErrorCode::conflict, "the code's counter has come to its end");
    }
    ItemPatch patch;
    patch.hotp_counter = counter + 1;
    SPAREKEY_CHECK(edit(id, patch));
    return counter;
}

Result<void> read_chunks(const Attachment& attachment,
                         const std::function<Result<SecretBytes>(std::uint32_t index)>& chunk,
                         const std::function<void(ByteView)>& write) {
    Sha256 digest;
    std::uint64_t size = 0;
    for (std::uint32_t index = 0; index < attachment.chunks; ++index) {
        SPAREKEY_TRY(const SecretBytes data, chunk(index));
        digest.update(data.expose());
        size += data.size();
        write(data.expose());
    }
    if (size != attachment.size || digest.finish() != attachment.sha256) {
        return damaged_attachment();
    }
    return {};
}

Result<Item> Vault::attach(const RecordId& id, std::string_view name,
                           const std::function<std::size_t(MutableBytes)>& read) {
    if (!is_file_name(name)) {
        return unexpected(
            ErrorCode::usage,
            "an attachment's name has 1 to 255 bytes, no '/' and no control character");
    }
    SPAREKEY_CHECK(check_text("attachment name", name));
    SPAREKEY_TRY(const Loaded loaded, load(id));
    const auto transaction = store_.begin();
    ItemWriter writer(sealer_, store_, *transaction);
    SPAREKEY_TRY(Attachment attachment, writer.write_attachment(id, name, read));
    ItemPatch patch;
    Item present = view(loaded.state, id, loaded.version);
    // The same again changes nothing: what was written for it goes with the transaction.
    if (holds(present, attachment)) return present;
    patch.attachments = std::move(present.attachments);
    std::erase_if(*patch.attachments, [&](const Attachment& old) { return old.name == name; });
    patch.attachments->push_back(std::move(attachment));
    SPAREKEY_TRY(MergeResult changed, apply_patch(loaded.state, patch, now()));
    SPAREKEY_TRY(const ItemState written, writer.write(id, loaded.version + 1, std::move(changed)));
    transaction->commit();
    return view(written, id, loaded.version + 1);
}

bool Vault::holds(const Item& item, const Attachment& attachment) {
    return std::any_of(item.attachments.begin(), item.attachments.end(), [&](const auto& one) {
        return one.name == attachment.name && one.size == attachment.size &&
               one.sha256 == attachment.sha256 && has_data(one);
    });
}

Result<Attachment> Vault::attachment(const RecordId& id, std::string_view name, Keep side) {
    SPAREKEY_TRY(const Loaded loaded, load(id));
    if (side == Keep::current) {
        for (Attachment& one : view(loaded.state, id, loaded.version).attachments) {
            if (one.name == name) return std::move(one);
        }
        return no_such("no attachment of that name");
    }
    for (const Conflict& conflict : core::conflicts(loaded.state)) {
        if (conflict.key.kind != FieldKind::attachment || conflict.key.name != name) continue;
        auto other = parse_manifest(name, conflict.others.front().value.text.expose());
        return other ? Result<Attachment>(*std::move(other))
                     : Result<Attachment>(no_such("on the other side the file was removed"));
    }
    return no_such("no attachment of that name is in conflict");
}

Result<void> Vault::read_attachment(const RecordId& id, const Attachment& attachment,
                                    const std::function<void(ByteView)>& write) {
    return read_chunks(
        attachment, [&](std::uint32_t index) { return attachment_chunk(id, attachment, index); },
        write);
}

Result<SecretBytes> Vault::attachment_chunk(const RecordId& id, const Attachment& attachment,
                                            std::uint32_t index) {
    if (index >= attachment.chunks) return no_such("the attachment has no such chunk");
    SPAREKEY_TRY(AttachmentChunk chunk,
                 open_chunk(sealer_, store_, sealer_.chunk_id(attachment.id, index)));
    if (chunk.item != id || chunk.index != index) return damaged_attachment();
    return std::move(chunk.data);
}

Result<Item> Vault::detach(const RecordId& id, std::string_view name) {
    SPAREKEY_CHECK(attachment(id, name));
    SPAREKEY_TRY(const Item found, item(id));
    ItemPatch patch;
    patch.attachments = found.attachments;
    std::erase_if(*patch.attachments, [&](const Attachment& old) { return old.name == name; });
    return edit(id, patch);
}

}  // namespace sparekey::core
