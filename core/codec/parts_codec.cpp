// The records that belong to an item: what its fields held before, and the chunks of its
// attachments.
#include "core/codec/codec.h"
#include "core/codec/wide_layout.h"

namespace sparekey::core {

using codec::get;
using codec::put;
using codec::Reader;
using codec::Writer;

SecretBytes encode(const HistoryEntry& entry) {
    Writer archive;
    put(archive, entry.item.bytes);
    codec::put_wide(archive, entry.key);
    codec::put_wide(archive, entry.dot);
    return std::move(archive).take();
}

Result<HistoryEntry> decode_history_entry(ByteView bytes) {
    return codec::decode_whole<HistoryEntry>(bytes, [](Reader& archive) {
        HistoryEntry entry;
        get(archive, entry.item.bytes);
        entry.key = codec::get_wide_key(archive);
        entry.dot = codec::get_wide_dot(archive);
        return entry;
    });
}

SecretBytes encode(const AttachmentChunk& chunk) {
    Writer archive;
    put(archive, chunk.item.bytes);
    archive(chunk.index);
    codec::put_bytes(archive, chunk.data.expose());
    return std::move(archive).take();
}

Result<AttachmentChunk> decode_attachment_chunk(ByteView bytes) {
    return codec::decode_whole<AttachmentChunk>(bytes, [](Reader& archive) {
        AttachmentChunk chunk;
        get(archive, chunk.item.bytes);
        archive(chunk.index);
        chunk.data = SecretBytes::copy_of(codec::get_bytes(archive, codec::kLongestText));
        return chunk;
    });
}

}  // namespace sparekey::core
