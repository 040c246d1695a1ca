// Writes items with what belongs to them (index row, history, attachment chunks) into one
// transaction: the one place that knows what an item is made of in the store.
#pragma once

#include "core/merge/merge.h"
#include "core/model/item.h"
#include "core/vault/seal.h"

#include <functional>
#include <span>

namespace sparekey::core {

inline constexpr std::size_t kChunkSize = std::size_t{512} << 10;  // bytes of one attachment chunk
/// From this many bytes of encoded state on, losing conflict values move to the history.
inline constexpr std::size_t kShedFrom = std::size_t{768} << 10;

class ItemWriter {
  public:
    ItemWriter(const RecordSealer& sealer, RecordStore& store, RecordTransaction& transaction)
        : sealer_(sealer), store_(store), transaction_(transaction) {}

    /// The item as version `version` with a history record for each dropped value. Returns what was
    /// written, which is `result.state` less any conflict values shed for size.
    Result<ItemState> write(const RecordId& id, std::uint64_t version, MergeResult&& result);
    /// One history record; one that exists already is left as it is.
    Result<void> write_history(const HistoryEntry& entry);
    /// Pulls `read` until it gives nothing and writes the chunks; the manifest of what was written.
    Result<Attachment> write_attachment(const RecordId& item, std::string_view name,
                                        const std::function<std::size_t(MutableBytes)>& read);
    /// The item, its history and its attachments, for good.
    void remove(const RecordId& id);

  private:
    const RecordSealer& sealer_;
    RecordStore& store_;
    RecordTransaction& transaction_;
};

}  // namespace sparekey::core
