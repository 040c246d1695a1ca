// The request target (RFC 9112 section 3.2.1, origin-form only), checked and decoded: pure.
#pragma once

#include "sync/server/http/refusal.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sparekey::sync {

struct Target {
    std::string path;        // decoded UTF-8 without control characters; begins with '/'
    std::string_view query;  // of the given text, after '?', as it came
};

/// Anything but a path of RFC 3986 with an optional query is refused: an absolute URI, an
/// authority, '*', a fragment, foreign characters. So is what means one path to us and another to
/// a proxy: an encoded slash, backslash or NUL, a dot segment in any spelling.
std::variant<Target, Refusal> examine_target(std::string_view text);

}  // namespace sparekey::sync
