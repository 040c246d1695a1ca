// Text in markup: what a person typed is never markup of ours.
#pragma once

#include <string>
#include <string_view>

namespace sparekey::cli {

/// For the text and the attribute values of HTML, SVG and XML: < > & " ' by name, and what would
/// steer a terminal or turn text round in visible escapes (core::printable()).
std::string escaped(std::string_view text);

/// With one digit after the point at most, and no exponent: for coordinates.
std::string decimal(double value);

}  // namespace sparekey::cli
