// Text of strangers inside a line of a log: pure.
#pragma once

#include <string>
#include <string_view>

namespace sparekey::sync {

/// Between quotes, as JSON writes strings (RFC 8259 section 7) and valid UTF-8 whatever came:
/// control characters, bidirectional overrides and foreign bytes are visible escapes. At most
/// `most` bytes of `text` are taken; "…" says that there was more.
std::string quoted(std::string_view text, std::size_t most);

}  // namespace sparekey::sync
