// sparekey://VAULT/ITEM/FIELD: names one secret value in a file or a variable that holds none.
//
// The parts are percent-encoded (RFC 3986, section 2.1): '/', '%', '?', '#', '{' and '}' inside a
// part always are, everything else may be. VAULT is a vault's name, ITEM an id or a whole title,
// FIELD what `sparekey get` takes. '?' and '#' are kept for later.
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace sparekey::cli {

inline constexpr std::string_view kReferenceScheme = "sparekey://";
inline constexpr std::size_t kLongestReference = 4096;  // bytes, encoded

struct Reference {
    std::string vault;
    std::string item;
    std::string field;
};

/// Whether `text` is meant to be a reference, well-formed or not.
inline bool is_reference(std::string_view text) {
    return text.starts_with(kReferenceScheme);
}

/// ErrorCode::usage, naming the text and what is wrong with it.
core::Result<Reference> parse_reference(std::string_view text);

/// Strict percent-decoding: nothing for a '%' without two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace sparekey::cli
