#include "core/codec/archive.h"
#include "core/codec/codec.h"
#include "core/text/unicode.h"

namespace sparekey::core {

// One `serialize` a type, found by cereal through argument-dependent lookup.
using codec::get;
using codec::put;
using codec::Reader;
using codec::require;
using codec::Writer;

namespace {

constexpr std::size_t kMostElements = std::size_t{1} << 16;
constexpr std::size_t kLongestText = std::size_t{1} << 20;
constexpr std::size_t kStampSize = 8 + 4 + 16;
constexpr std::size_t kSmallestDot = kStampSize + 1 + 4 + 4;

void put_text(Writer& archive, std::string_view text) {
    codec::put_bytes(archive, bytes_of(text));
}

std::string_view get_text(Reader& archive) {
    const std::string_view text = text_of(codec::get_bytes(archive, kLongestText));
    require(is_utf8(text));
    return text;
}

void put(Writer& archive, const Instant& at) {
    archive(at.wall_ms, at.counter);
}
void get(Reader& archive, Instant& at) {
    archive(at.wall_ms, at.counter);
    require(at.wall_ms <= kLatestTimeMs);
}

void put(Writer& archive, const Stamp& stamp) {
    put(archive, stamp.at);
    put(archive, stamp.device.bytes);
}
void get(Reader& archive, Stamp& stamp) {
    get(archive, stamp.at);
    get(archive, stamp.device.bytes);
}

void put(Writer& archive, const Context& context) {
    archive.length(context.entries().size());
    for (const Context::Entry& entry : context.entries()) {
        put(archive, entry.device.bytes);
        put(archive, entry.seen);
    }
}
Context get_context(Reader& archive) {
    std::vector<Context::Entry> entries;
    for (std::size_t left = archive.length(kStampSize, kMostElements); left > 0; --left) {
        Context::Entry entry;
        get(archive, entry.device.bytes);
        get(archive, entry.seen);
        entries.push_back(entry);
    }
    auto context = Context::from_entries(std::move(entries));
    require(context.has_value());
    return std::move(*context);
}

void put(Writer& archive, const FieldKey& key) {
    archive(static_cast<std::uint8_t>(key.kind), key.ordinal);
    put_text(archive, key.name);
}
FieldKey get_key(Reader& archive) {
    FieldKey key;
    key.kind = static_cast<FieldKind>(archive.number<std::uint8_t>());
    archive(key.ordinal);
    key.name = std::string(get_text(archive));
    require(is_well_formed(key));
    return key;
}

void put(Writer& archive, const Dot& dot) {
    put(archive, dot.stamp);
    put(archive, dot.value.secret);
    archive(dot.value.order);
    put_text(archive, dot.value.text.expose());
}
Dot get_dot(Reader& archive) {
    Dot dot;
    get(archive, dot.stamp);
    dot.value.secret = codec::get_flag(archive);
    archive(dot.value.order);
    dot.value.text = SecretText::copy_of(get_text(archive));
    return dot;
}

Field get_field(Reader& archive, const Context& context) {
    Field field{get_key(archive), {}};
    for (std::size_t left = archive.length(kSmallestDot, kMostElements); left > 0; --left) {
        Dot dot = get_dot(archive);
        require(context.covers(dot.stamp));
        require(field.dots.empty() || comes_before(field.dots.back(), dot));
        field.dots.push_back(std::move(dot));
    }
    require(!field.dots.empty());
    return field;
}

void get_trash(Reader& archive, ItemState& state) {
    for (std::size_t left = archive.length(kStampSize + 4, kMostElements); left > 0; --left) {
        TrashMark mark;
        get(archive, mark.stamp);
        mark.context = get_context(archive);
        require(state.context.covers(mark.stamp) && state.context.covers(mark.context));
        require(state.trash.empty() || state.trash.back().stamp < mark.stamp);
        state.trash.push_back(std::move(mark));
    }
}

void get_counters(Reader& archive, ItemState& state) {
    for (std::size_t left = archive.length(4 + 8, kMostElements); left > 0; --left) {
        Counter counter;
        counter.seed = std::string(get_text(archive));
        archive(counter.value);
        require(state.counters.empty() || state.counters.back().seed < counter.seed);
        state.counters.push_back(std::move(counter));
    }
}

ItemState get_state(Reader& archive) {
    ItemState state;
    archive(state.created_ms);
    require(state.created_ms <= kLatestTimeMs);
    state.context = get_context(archive);
    for (std::size_t left = archive.length(7 + 4 + kSmallestDot, kMostElements); left > 0; --left) {
        Field field = get_field(archive, state.context);
        require(state.fields.empty() || state.fields.back().key < field.key);
        state.fields.push_back(std::move(field));
    }
    get_trash(archive, state);
    get_counters(archive, state);
    return state;
}

}  // namespace

SecretBytes encode(const ItemState& state) {
    Writer archive;
    archive(state.created_ms);
    put(archive, state.context);
    archive.length(state.fields.size());
    for (const Field& field : state.fields) {
        put(archive, field.key);
        archive.length(field.dots.size());
        for (const Dot& dot : field.dots) put(archive, dot);
    }
    archive.length(state.trash.size());
    for (const TrashMark& mark : state.trash) {
        put(archive, mark.stamp);
        put(archive, mark.context);
    }
    archive.length(state.counters.size());
    for (const Counter& counter : state.counters) {
        put_text(archive, counter.seed);
        archive(counter.value);
    }
    return std::move(archive).take();
}

Result<ItemState> decode_item_state(ByteView bytes) {
    return codec::decode_whole<ItemState>(bytes, get_state);
}

SecretBytes encode(const HistoryEntry& entry) {
    Writer archive;
    put(archive, entry.item.bytes);
    put(archive, entry.key);
    put(archive, entry.dot);
    return std::move(archive).take();
}

Result<HistoryEntry> decode_history_entry(ByteView bytes) {
    return codec::decode_whole<HistoryEntry>(bytes, [](Reader& archive) {
        HistoryEntry entry;
        get(archive, entry.item.bytes);
        entry.key = get_key(archive);
        entry.dot = get_dot(archive);
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
        chunk.data = SecretBytes::copy_of(codec::get_bytes(archive, kLongestText));
        return chunk;
    });
}

}  // namespace sparekey::core
