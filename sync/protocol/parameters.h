// The parameters of a query or a form, as browsers and clients write them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sparekey::sync {

using Parameters = std::map<std::string, std::string>;

/// application/x-www-form-urlencoded (WHATWG URL section 5.1), of a query or a body. Nothing if a
/// name comes twice (RFC 6749 section 3.1), an escape is malformed, a value is not UTF-8 or holds
/// NUL, or there are more than 64.
std::optional<Parameters> parse_parameters(std::string_view encoded);

/// "" if there is none.
std::string parameter(const Parameters& parameters, const std::string& name);

/// Takes what stands before `separator`, or all of it, off `text`, and the separator too.
std::string_view take_before(std::string_view& text, char separator);

}  // namespace sparekey::sync
