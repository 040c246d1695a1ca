// How signed bytes stand within other bytes: bytes ‖ signature. Private to the codecs.
#pragma once

#include "core/chain/commit.h"
#include "core/codec/archive.h"

namespace sparekey::core::codec {

inline void put(Writer& archive, const SignedRoster& roster) {
    put_bytes(archive, roster.bytes);
    put(archive, roster.signature);
}
inline void get(Reader& archive, SignedRoster& roster) {
    roster.bytes = get_plain(archive, kLargestRoster);
    get(archive, roster.signature);
}

inline void put(Writer& archive, const SignedCommit& commit) {
    put_bytes(archive, commit.bytes);
    put(archive, commit.signature);
}
inline void get(Reader& archive, SignedCommit& commit) {
    commit.bytes = get_plain(archive, kLargestCommit);
    get(archive, commit.signature);
}

}  // namespace sparekey::core::codec
