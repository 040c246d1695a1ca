// Our own export: lossless, with history, trash, attachments, ids and times (INTERFACE, "Details").
//
//   {"sparekey_export": 1, "exported": TIME, "items": [item + history[] + attachments[] +
//    conflicting[]]}
//
// docs/FORMAT.md has what INTERFACE leaves open: the `record` of a history line, and `conflicting`.
#pragma once

#include "cli/formats/item_json.h"
#include "core/vault/vault.h"

namespace sparekey::cli {

class ExportWriter {
  public:
    /// `write` is given the document piece by piece.
    ExportWriter(std::uint64_t now_ms, std::function<void(core::ByteView)> write);
    /// ErrorCode::integrity if the item does not open.
    core::Result<void> item(core::Vault& vault, const core::RecordId& id);
    void finish();
    /// Attachments whose data the vault does not hold (any more): "ITEM: NAME".
    const std::vector<std::string>& missing() const { return missing_; }

  private:
    core::Result<void> attachments(core::Vault& vault, const core::Item& item);
    core::Result<void> data(core::Vault& vault, const core::RecordId& item,
                            const core::Attachment& attachment);
    core::Result<void> history(core::Vault& vault, const core::RecordId& item);
    core::Result<void> conflicting(core::Vault& vault, const core::RecordId& item,
                                   const core::ItemState& state);
    /// The members of a line of `history` or `conflicting`.
    core::Result<void> line(core::Vault& vault, const core::HistoryEntry& entry);

    JsonWriter json_;
    std::function<void(core::ByteView)> write_;
    std::vector<std::string> missing_;
};

}  // namespace sparekey::cli
