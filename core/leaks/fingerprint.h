// How a find is known again without what was found: for a baseline, which others may read.
#pragma once

#include "core/base/bytes.h"

namespace sparekey::core {

/// 32 hexadecimal digits, the same wherever in the file it stands. Of a vault's secret the item's
/// id and the field stand for the value, whose hash could be guessed at; of a token, which is
/// random, a hash of it does.
std::string leak_fingerprint(std::string_view item, std::string_view kind, std::string_view path,
                             std::string_view token);

}  // namespace sparekey::core
