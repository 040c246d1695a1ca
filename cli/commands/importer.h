// Puts imported items into the vault: new, updated or unchanged, all in one transaction.
//
// An item keeps a keyed mark of the row it was made from (cli/formats/import_mark.h). The same row
// again changes nothing, whatever was edited since; of a changed row only those fields are taken
// that the source changed, and what they replace goes to the history. What `trash empty` destroyed
// stays destroyed as long as its row is the same.
#pragma once

#include "cli/access/vault_access.h"
#include "cli/formats/import_mark.h"
#include "core/merge/draft.h"
#include "core/model/limits.h"
#include "core/vault/vault.h"

#include <unordered_map>

namespace sparekey::cli {

class Importer {
  public:
    Importer(core::Vault& vault, std::string_view format, ImportNotes& notes);

    core::Result<void> take(ImportedItem&& item);
    /// After the last item: places the rows whose twins had to be known first.
    core::Result<void> finish();
    /// Nothing is kept without it.
    void commit() { transaction_->commit(); }
    const ImportCounts& counts() const { return counts_; }

  private:
    struct Present {
        core::ItemState state;
        std::uint64_t version = 0;
    };
    /// An item as it was read, and the state that its patch alone makes.
    struct Row {
        ImportedItem item;
        core::ItemState made;
    };
    /// One of the items that rows with the same source became.
    struct Twin {
        enum class Held { nothing, item, purged };

        core::RecordId id;
        core::RecordId mark;  // cut from its hash: there may be very many twins
        Held held = Held::nothing;
        bool claimed = false;
    };
    /// Of one source, by the id of the first.
    using Twins = std::pair<const core::RecordId, std::vector<Twin>>;

    core::RecordId id_of(const std::string& source, std::size_t ordinal);
    core::Result<Twins*> twins(const std::string& source);
    core::Result<void> place(Row& row, Twins& twins);
    core::Result<std::optional<Present>> present(const core::RecordId& id);
    core::Result<std::optional<Twin>> known_twin(const core::RecordId& id);

    core::Result<void> take_own(ImportedItem&& item);
    core::Result<void> take_row(Row&& row);
    core::Result<void> take_foreign(const Twin& twin, Row& row);
    core::Result<void> create(const core::RecordId& id, Row& row);
    core::Result<void> update_own(ImportedItem& item, const Present& present);
    core::Result<void> update_foreign(const core::RecordId& id, Row& row, const Present& present);
    bool is_older(const ImportedItem& item, const core::FieldKey& key, const core::ItemState& state,
                  const ImportMark& old) const;
    void note_older(const ImportedItem& item, const core::RecordId& id);
    core::Result<core::MergeResult> merge_row(const core::RecordId& id, Row& row,
                                              const Present& present, const ImportMark& old);
    core::Result<void> merge_attachments(core::Draft& draft, const core::RecordId& id,
                                         ImportedItem& item, const core::Item& shown,
                                         const ImportMark& old);

    core::Result<core::Attachment> write_attachment(const core::RecordId& id,
                                                    const std::string& name, core::ByteView data);
    core::Result<void> add_attachments(const core::RecordId& id, ImportedItem& item,
                                       const std::vector<core::Attachment>& present);
    core::Stamp stamp_for(const ImportedValue& value, std::uint32_t counter) const;
    core::Result<core::HistoryEntry> entry_for(const core::RecordId& id, const ImportedValue& value,
                                               std::uint32_t counter);
    core::Result<void> add_conflicts(const core::RecordId& id, const ImportedItem& item,
                                     core::ItemState& state);
    core::Result<void> write_history(const core::RecordId& id, const ImportedItem& item);
    core::Result<void> write_new_history(const core::RecordId& id, ImportedItem& item,
                                         const core::ItemState& before,
                                         const core::ItemState& after);
    core::Edit edit_for(const ImportedItem& item) const;

    core::Vault& vault_;
    std::string format_;
    ImportNotes& notes_;
    std::uint64_t now_ms_;
    std::unique_ptr<core::RecordTransaction> transaction_;
    core::ItemWriter writer_;
    core::KeyedHashes hashes_;
    MarkHashes mark_hashes_;
    /// Ids are hashes already.
    struct HashOfId {
        std::size_t operator()(const core::RecordId& id) const;
    };
    std::unordered_map<core::RecordId, std::vector<Twin>, HashOfId> twins_;
    std::vector<Row> waiting_;
    ImportCounts counts_;
};

}  // namespace sparekey::cli
