// Our own export: lossless, with history, trash, attachments, ids and times (INTERFACE, "Details").
//
//   {"sparekey_export": 1, "exported": TIME, "items": [item + history[] + attachments[]]}
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
    core::Result<void> history_line(core::Vault& vault, const core::RecordId& item,
                                    const core::HistoryLine& line);

    JsonWriter json_;
    std::function<void(core::ByteView)> write_;
    std::vector<std::string> missing_;
};

}  // namespace sparekey::cli
