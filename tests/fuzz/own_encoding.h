// What decodes has exactly one encoding: the bytes that it came from.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <cstdlib>

namespace sparekey::fuzz {

template <class T>
void expect_own_encoding(const core::Result<T>& decoded, core::ByteView bytes) {
    if (decoded && !core::equal_constant_time(encode(*decoded), bytes)) std::abort();
}

/// The same of bytes that begin with their format. What an older program wrote is written anew, in
/// one way.
template <class T>
void expect_own_encoding(core::Result<T> (*decode)(core::ByteView), core::ByteView bytes) {
    const core::Result<T> decoded = decode(bytes);
    if (!decoded) return;
    const core::Bytes own = encode(*decoded);
    const core::Result<T> again = decode(own);
    if (!again) std::abort();
    expect_own_encoding(again, own);
    const bool is_older = bytes[0] != own[0];
    if (!is_older) expect_own_encoding(decoded, bytes);
}

}  // namespace sparekey::fuzz
