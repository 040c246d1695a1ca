// Documents in which a key stands twice: which of the two was meant, nobody knows.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sparekey::cli {

struct RepeatedKey {
    std::string key = {};
    std::size_t at = 0;  // bytes of the document before the end of the second one
};

/// The first key that stands twice in one object, wherever in the document that is. Whether it is
/// JSON at all is the parser's to say; what is not is read up to there.
std::optional<RepeatedKey> repeated_key(std::string_view document);

}  // namespace sparekey::cli
