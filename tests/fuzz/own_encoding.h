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

}  // namespace sparekey::fuzz
