// Templates of `sparekey inject`: bytes with `{{ sparekey://VAULT/ITEM/FIELD }}` in them.
//
// Blanks around the reference are optional. Everything else, other tools' `{{ … }}` and bytes that
// are no UTF-8 included, is literal.
#pragma once

#include "cli/references/reference.h"

#include <vector>

namespace sparekey::cli {

/// A stretch of the template: literal bytes, or the text of a reference without its braces.
struct TemplatePiece {
    std::string_view text;
    bool is_reference = false;
};

/// The pieces, in order, as views into `text`. ErrorCode::usage, naming the line, for a reference
/// that is malformed or has no `}}` on its line.
core::Result<std::vector<TemplatePiece>> scan_template(std::string_view text);

}  // namespace sparekey::cli
