// How a store's head and its counts lie in the `state` table. Private to the store.
#pragma once

#include "storage/store/vault_store.h"

#include <cstring>

namespace sparekey::storage {

inline std::array<std::uint8_t, 8> number_bytes(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes;
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
    return bytes;
}

inline std::uint64_t to_number(core::ByteView bytes) {
    if (bytes.size() != 8) throw CorruptDatabase("vault.db: its head is damaged");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
    return value;
}

/// By which a bulk workload knows ids.
inline std::uint64_t first_half(const core::RecordId& id) {
    std::uint64_t half = 0;
    std::memcpy(&half, id.bytes.data(), sizeof half);
    return half;
}

}  // namespace sparekey::storage
