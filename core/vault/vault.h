// An open vault: items in, items out, over a RecordStore. Every change is one transaction that
// holds the new item, its history records and its index row, or nothing.
#pragma once

#include "core/lockout/facts.h"
#include "core/merge/edit.h"
#include "core/ports/clock.h"
#include "core/vault/item_writer.h"

#include <functional>

namespace sparekey::core {

struct HistoryLine {
    RecordId record;
    std::uint32_t n = 0;  // 1: the value before the current one, per field
    HistoryEntry entry;
};

/// An attachment's content, chunk by chunk as `chunk` fetches them, held to its manifest's size and
/// hash. ErrorCode::integrity.
Result<void> read_chunks(const Attachment& attachment,
                         const std::function<Result<SecretBytes>(std::uint32_t index)>& chunk,
                         const std::function<void(ByteView)>& write);

class Vault {
  public:
    Vault(VaultId vault, DeviceId device, const Keyring& keyring, RecordStore& store, Clock& clock,
          Random& random);

    Result<Item> item(const RecordId& id);
    Result<ItemState> state(const RecordId& id);
    /// The same of a record that was loaded already.
    Result<ItemState> state(const Record& record) const;
    /// Nothing if the item is in the trash.
    Result<std::optional<Facts>> facts(const RecordId& id);
    /// The same of a record that was loaded already.
    Result<std::optional<Facts>> facts(const Record& record) const;

    Result<Item> add(const ItemPatch& patch);
    /// The item as it is afterwards; an edit that changes nothing writes nothing.
    Result<Item> edit(const RecordId& id, const ItemPatch& patch);
    Result<Item> put_in_trash(const RecordId& id);
    Result<Item> restore(const RecordId& id);
    /// Removes every trashed item with its history and attachments for good; how many items.
    Result<std::size_t> empty_trash();

    /// Newest first; `n` counts per field.
    Result<std::vector<HistoryLine>> history(const RecordId& id);
    /// ErrorCode::not_found if there is no such entry. `label` as field_label().
    Result<Item> revert(const RecordId& id, std::string_view label, std::uint32_t n);
    Result<std::vector<Conflict>> conflicts(const RecordId& id);
    /// `label` as conflict_label(), or an attachment's bare file name if no label is that.
    /// ErrorCode::not_found if there is no such conflict.
    Result<Item> resolve(const RecordId& id, std::string_view label, Keep keep);

    /// Takes the first unused recovery code out of the item (into its history).
    Result<SecretText> use_recovery_code(const RecordId& id);
    Result<SecretText> peek_recovery_code(const RecordId& id);
    /// Raises the HOTP counter by one and returns what it was; `initial` if none was stored yet.
    Result<std::uint64_t> next_hotp_counter(const RecordId& id, std::uint64_t initial);

    /// In place of an attachment of this name, which goes into the history; the same bytes again
    /// change nothing. `size` bytes are pulled through `read`, which fills what it is given and
    /// says how much.
    Result<Item> attach(const RecordId& id, std::string_view name,
                        const std::function<std::size_t(MutableBytes)>& read);
    /// The manifest of the file of that name; Keep::other: of the newest of those that are in
    /// conflict with it. ErrorCode::not_found without one.
    Result<Attachment> attachment(const RecordId& id, std::string_view name,
                                  Keep side = Keep::current);
    /// One of its chunks, the first at index 0. ErrorCode::not_found beyond the last.
    Result<SecretBytes> attachment_chunk(const RecordId& id, const Attachment& attachment,
                                         std::uint32_t index);
    Result<void> read_attachment(const RecordId& id, const Attachment& attachment,
                                 const std::function<void(ByteView)>& write);
    /// Whether every chunk is in the store.
    bool has_data(const Attachment& attachment);
    Result<Item> detach(const RecordId& id, std::string_view name);

    RecordStore& store() { return store_; }
    const RecordSealer& sealer() const { return sealer_; }
    const DeviceId& device() const { return device_; }
    const VaultId& id() const { return vault_; }
    Clock& clock() { return clock_; }
    Random& random() { return random_; }
    /// How many history records an item keeps (`history.keep`).
    void keep_history(std::size_t records) { history_kept_ = records; }

  private:
    struct Loaded {
        ItemState state;
        std::uint64_t version = 0;
    };
    Result<Loaded> load(const RecordId& id);
    /// Loads, changes, writes; the item as it is afterwards.
    Result<Item> change(const RecordId& id,
                        const std::function<Result<MergeResult>(const ItemState&)>& next);
    Result<void> prune_history(const RecordId& id, std::size_t added,
                               RecordTransaction& transaction);
    /// Of an item whose history is older than places: opened, put and in their order.
    Result<std::vector<Child>> learn_places(const RecordId& id, RecordTransaction& transaction);
    Result<void> check_data_present(const HistoryEntry& entry);
    /// The item has an attachment of this name with these bytes.
    bool holds(const Item& item, const Attachment& attachment);
    Edit now() { return {clock_.now_ms(), device_}; }

    VaultId vault_;
    DeviceId device_;
    RecordStore& store_;
    Clock& clock_;
    Random& random_;
    RecordSealer sealer_;
    std::size_t history_kept_ = 100;
};

}  // namespace sparekey::core
