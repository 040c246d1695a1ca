// Puts imported items into the vault: new, updated or unchanged, all in one transaction.
//
// An item keeps a keyed mark of the row it was made from. The same row again changes nothing,
// whatever was edited since; a changed row is an edit, and what it replaces goes to the history.
#pragma once

#include "cli/formats/import.h"
#include "core/vault/vault.h"

namespace sparekey::cli {

struct ImportCounts {
    std::size_t created = 0;
    std::size_t updated = 0;
    std::size_t unchanged = 0;
};

class Importer {
  public:
    Importer(core::Vault& vault, std::string_view format);

    core::Result<void> take(ImportedItem&& item);
    /// Nothing is kept without it.
    void commit() { transaction_->commit(); }
    const ImportCounts& counts() const { return counts_; }

  private:
    struct Present {
        core::ItemState state;
        std::uint64_t version = 0;
    };
    core::RecordId id_for(const ImportedItem& item);
    core::Result<std::optional<Present>> present(const core::RecordId& id);
    std::string mark_for(const ImportedItem& item);
    core::Result<void> create(const core::RecordId& id, ImportedItem& item);
    core::Result<void> update(const core::RecordId& id, ImportedItem& item, const Present& present);
    core::Result<void> add_attachments(const core::RecordId& id, ImportedItem& item,
                                       const std::vector<core::Attachment>& present);
    core::Result<void> write_history(const core::RecordId& id, const ImportedItem& item);
    core::Edit edit_for(const ImportedItem& item) const;

    core::Vault& vault_;
    std::string format_;
    std::uint64_t now_ms_;
    std::unique_ptr<core::RecordTransaction> transaction_;
    core::ItemWriter writer_;
    std::map<std::string, std::size_t> repeated_;  // source -> how often so far
    ImportCounts counts_;
};

}  // namespace sparekey::cli
