#include "core/codec/codec.h"
#include "core/codec/compact_layout.h"
#include "core/codec/wide_layout.h"

namespace sparekey::core {
namespace {

using codec::require;

template <class Layout>
Field get_field(Layout& layout, const Context& context) {
    Field field{layout.key(), {}};
    for (std::size_t left = layout.length(Layout::kSmallestDot); left > 0; --left) {
        Dot dot = layout.dot(context);
        require(context.covers(dot.stamp));
        require(field.dots.empty() || comes_before(field.dots.back(), dot));
        field.dots.push_back(std::move(dot));
    }
    require(!field.dots.empty());
    return field;
}

template <class Layout>
void get_trash(Layout& layout, ItemState& state) {
    for (std::size_t left = layout.length(Layout::kSmallestMark); left > 0; --left) {
        TrashMark mark;
        mark.stamp = layout.stamp(state.context);
        mark.context = layout.context_within(state.context);
        require(state.context.covers(mark.stamp) && state.context.covers(mark.context));
        require(state.trash.empty() || state.trash.back().stamp < mark.stamp);
        state.trash.push_back(std::move(mark));
    }
}

template <class Layout>
void get_counters(Layout& layout, ItemState& state) {
    for (std::size_t left = layout.length(Layout::kSmallestCounter); left > 0; --left) {
        Counter counter;
        counter.seed = std::string(layout.text());
        counter.value = layout.number();
        require(state.counters.empty() || state.counters.back().seed < counter.seed);
        state.counters.push_back(std::move(counter));
    }
}

template <class Layout>
ItemState get_state(codec::Reader& archive) {
    Layout layout(archive);
    ItemState state;
    state.created_ms = layout.number();
    require(state.created_ms <= kLatestTimeMs);
    state.context = layout.context();
    for (std::size_t left = layout.length(Layout::kSmallestField); left > 0; --left) {
        Field field = get_field(layout, state.context);
        require(state.fields.empty() || state.fields.back().key < field.key);
        state.fields.push_back(std::move(field));
    }
    get_trash(layout, state);
    get_counters(layout, state);
    return state;
}

}  // namespace

SecretBytes encode(const ItemState& state) {
    codec::CompactWriter layout;
    layout.number(state.created_ms);
    layout.context(state.context);
    layout.length(state.fields.size());
    for (const Field& field : state.fields) {
        layout.key(field.key);
        layout.length(field.dots.size());
        for (const Dot& dot : field.dots) layout.dot(dot, state.context);
    }
    layout.length(state.trash.size());
    for (const TrashMark& mark : state.trash) {
        layout.stamp(mark.stamp, state.context);
        layout.context_within(mark.context, state.context);
    }
    layout.length(state.counters.size());
    for (const Counter& counter : state.counters) {
        layout.text(counter.seed);
        layout.number(counter.value);
    }
    return std::move(layout).take();
}

Result<ItemState> decode_item_state(ByteView bytes, std::uint8_t schema) {
    switch (schema) {
        case 1:
            return codec::decode_whole<ItemState>(bytes, get_state<codec::WideReader>);
        case kItemSchema:
            return codec::decode_whole<ItemState>(bytes, get_state<codec::CompactReader>);
        default:
            return unexpected(ErrorCode::integrity, "an item of an unknown schema");
    }
}

}  // namespace sparekey::core
