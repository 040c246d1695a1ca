// What stood in the way of a page, as a page.
#pragma once

#include "sync/server/http/problem.h"

namespace sparekey::sync {

/// Whether browsers bring people there, so that they read the answer.
bool is_page(std::string_view path);

/// HTML for a page, in_words_of() for any other path.
Response page_or_words(std::string_view path, const Trouble& trouble);

}  // namespace sparekey::sync
