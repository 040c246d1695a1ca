#include "core/vault/item_writer.h"

#include "core/crypto/hash.h"
#include "core/vault/history.h"

namespace sparekey::core {
namespace {

std::size_t encoded_size(const ItemState& state) {
    return encode(state).size();
}

/// Fills `chunk` as far as `read` has bytes.
std::size_t fill(MutableBytes chunk, const std::function<std::size_t(MutableBytes)>& read) {
    std::size_t filled = 0;
    while (filled < chunk.size()) {
        const std::size_t got = read(chunk.subspan(filled));
        if (got == 0) break;
        filled += got;
    }
    return filled;
}

}  // namespace

Result<ItemState> ItemWriter::write(const RecordId& id, std::uint64_t version,
                                    MergeResult&& result) {
    // Nobody could read what is later: a clock that was set so far ahead, or a device that lies.
    if (kLastInstant < result.state.context.highest()) {
        return unexpected(
            ErrorCode::usage,
            "the item was changed at the end of all time, so there is no later change",
            "add it anew: sparekey get shows what it holds");
    }
    MergeResult fitting = shed_conflicts(std::move(result.state), kShedFrom, encoded_size);
    const std::vector<Dropped>* const replaced[] = {&result.dropped, &fitting.dropped};
    for (const std::vector<Dropped>* values : replaced) {
        for (const Dropped& value : *values) {
            SPAREKEY_CHECK(write_history({id, value.key, value.dot.clone()}));
        }
    }
    Record record{id, RecordType::item, std::nullopt, version, 0, {}};
    SPAREKEY_CHECK(sealer_.seal(record, encode(fitting.state).expose()));
    const IndexRow row{id, version, summarize(fitting.state)};
    transaction_.put(record, &row);
    return std::move(fitting.state);
}

Result<void> ItemWriter::write_history(const HistoryEntry& entry) {
    Record record{sealer_.history_id(entry.item, entry.key, entry.dot.stamp),
                  RecordType::history,
                  entry.item,
                  1,
                  0,
                  {},
                  place_of(entry)};
    if (store_.contains(record.id)) return {};
    const SecretBytes body = encode(entry);
    // A record that nobody could read again would be in the way for ever.
    if (!decode_history_entry(body.expose())) {
        return unexpected(ErrorCode::usage, "a history entry is of no field that there is");
    }
    SPAREKEY_CHECK(sealer_.seal(record, body.expose()));
    transaction_.put(record, nullptr);
    return {};
}

Result<Attachment> ItemWriter::write_attachment(
    const RecordId& item, std::string_view name,
    const std::function<std::size_t(MutableBytes)>& read) {
    Attachment attachment;
    attachment.name = std::string(name);
    attachment.id = sealer_.new_record_id();
    Sha256 digest;
    for (bool more = true; more;) {
        AttachmentChunk chunk{item, attachment.chunks, SecretBytes(kChunkSize)};
        const std::size_t size = fill(chunk.data.expose_mutable(), read);
        more = size == kChunkSize;
        // An empty file has one empty chunk; a full last chunk is not followed by an empty one.
        if (size == 0 && attachment.chunks > 0) break;
        chunk.data.truncate(size);
        digest.update(chunk.data.expose());
        Record record{sealer_.chunk_id(attachment.id, attachment.chunks),
                      RecordType::attachment,
                      item,
                      1,
                      0,
                      {}};
        SPAREKEY_CHECK(sealer_.seal(record, encode(chunk).expose()));
        transaction_.put(record, nullptr);
        attachment.size += size;
        ++attachment.chunks;
    }
    attachment.sha256 = digest.finish();
    return attachment;
}

void ItemWriter::remove(const RecordId& id) {
    for (const RecordType type : {RecordType::history, RecordType::attachment}) {
        for (const Child& child : store_.children(id, type)) transaction_.remove(child.id);
    }
    transaction_.remove(id);
}

}  // namespace sparekey::core
