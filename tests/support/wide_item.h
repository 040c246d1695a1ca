// An item's state as schema 1 wrote it, for tests of what reads it: nothing of ours writes it any
// more.
#pragma once

#include "core/codec/wide_layout.h"

namespace sparekey::tests {

inline void put_wide(core::codec::Writer& archive, const core::Context& context) {
    archive.length(context.entries().size());
    for (const core::Context::Entry& entry : context.entries()) {
        core::codec::put(archive, entry.device.bytes);
        archive(entry.seen.wall_ms, entry.seen.counter);
    }
}

inline core::SecretBytes wide_item(const core::ItemState& state) {
    core::codec::Writer archive;
    archive(state.created_ms);
    put_wide(archive, state.context);
    archive.length(state.fields.size());
    for (const core::Field& field : state.fields) {
        core::codec::put_wide(archive, field.key);
        archive.length(field.dots.size());
        for (const core::Dot& dot : field.dots) core::codec::put_wide(archive, dot);
    }
    archive.length(state.trash.size());
    for (const core::TrashMark& mark : state.trash) {
        core::codec::put_wide(archive, mark.stamp);
        put_wide(archive, mark.context);
    }
    archive.length(state.counters.size());
    for (const core::Counter& counter : state.counters) {
        core::codec::put_bytes(archive, core::bytes_of(counter.seed));
        archive(counter.value);
    }
    return std::move(archive).take();
}

}  // namespace sparekey::tests
