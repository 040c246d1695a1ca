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

  private:
    core::Result<void> attachments(core::Vault& vault, const core::Item& item);
    void history(const std::vector<core::HistoryLine>& lines);

    JsonWriter json_;
    std::function<void(core::ByteView)> write_;
};

}  // namespace sparekey::cli
