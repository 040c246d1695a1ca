// Lines of GnuPG's Assuan protocol, as a client has them ("Developing with Assuan", sections 2 and
// 3): the replies of a pinentry, and text made fit for a line to it.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sparekey::cli {

/// Without the line break a line has at most 1,000 bytes; this is generous.
constexpr std::size_t kLongestAssuanLine = 4096;

struct AssuanReply {
    enum class Kind { ok, error, data, other };  // other: a status line or a comment
    Kind kind = Kind::other;
    std::uint32_t error = 0;  // GnuPG's number: source << 24 | code
    core::SecretText data;    // decoded
};

/// One line without its line break. ErrorCode::failed for what no server says.
core::Result<AssuanReply> parse_assuan(std::string_view line);

/// '%' and control characters as %XX.
std::string assuan_text(std::string_view text);

}  // namespace sparekey::cli
