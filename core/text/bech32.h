// Codes that people write down: groups of five letters and digits after a prefix, with a checksum.
//
// The alphabet is BIP-173's and the six check symbols are bech32m's (BIP-350) with the prefix as
// its human-readable part, so that any one wrong character and any two swapped ones are caught, as
// are up to four errors of any kind. A symbol is five bits and lies in a byte of its own; what a
// code says is secret, so all of it lives in wiped memory.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <optional>
#include <string_view>

namespace sparekey::core {

/// The five-bit symbols of `bytes`, most significant bit first, the last one filled up with zeros.
SecretBytes to_symbols(ByteView bytes);
/// The same back: as many whole bytes as `symbols` hold. Nothing if a left-over bit is set.
std::optional<SecretBytes> from_symbols(ByteView symbols);

inline constexpr std::size_t kCodeGroup = 5;     // characters between two hyphens
inline constexpr std::size_t kCheckSymbols = 6;  // at the end of each code

/// What distinguishes one kind of code. `size` counts its symbols without the check symbols; all
/// together are a multiple of five, and at most 89, which bech32m was made for.
struct CodeShape {
    std::string_view prefix;  // upper case
    std::size_t size = 0;
};

/// PREFIX-XXXXX-…, upper case. `symbols` has shape.size bytes below 32.
SecretText write_code(const CodeShape& shape, ByteView symbols);

/// The symbols without the check symbols. Either case, with or without the prefix, hyphens and
/// white space anywhere. ErrorCode::usage for anything else, its message saying what kind of slip
/// it looks like, such as "it is too short".
Result<SecretBytes> read_code(const CodeShape& shape, std::string_view text);

/// Whether `text` has the prefix and the length of such a code, right or wrong.
bool looks_like(const CodeShape& shape, std::string_view text);

}  // namespace sparekey::core
