// What an item may hold: UTF-8 without NUL, 64 KiB a value, 1,000 fields and 192 KiB an item.
//
// All failures are ErrorCode::usage. A wish is held against its bounds before anything is made of
// it, so that no input costs more than it is long.
#pragma once

#include "core/model/item.h"
#include "core/model/item_state.h"

namespace sparekey::core {

inline constexpr std::size_t kLongestValue = std::size_t{64} << 10;  // bytes
inline constexpr std::size_t kMostFields = 1000;                     // custom fields of an item
inline constexpr std::size_t kMostAttachments = 1000;
inline constexpr std::size_t kLargestItem = std::size_t{192} << 10;  // bytes of all text
/// URLs, tags, identities and codes together: as many fill half of the largest record, however
/// short.
inline constexpr std::size_t kMostElements = 20'000;

/// Names the field of a text that is not UTF-8, has a NUL or is too long.
Result<void> check_text(std::string_view label, std::string_view text);
/// A title that a patch gives, if it does, has more than spaces in it: nobody could name the item.
/// Asked where a person gives it: an import takes what there is.
Result<void> check_title(const ItemPatch& patch);
Result<void> check_limits(const ItemState& state);
/// Numbers only: too many here are too many in any state that the patch makes.
Result<void> check_size(const ItemPatch& patch);

/// A name that `attach` takes: 1 to 255 bytes, no '/' and no control character, not "." or "..".
bool is_file_name(std::string_view name);

}  // namespace sparekey::core
