// The fixed parts of the page, and its text. Private to page.cpp.
#pragma once

#include "cli/picture/page.h"

namespace sparekey::cli {

std::string_view page_style();
std::string_view page_script();

/// Single points, spare keys, pairs, weak and closed items, the vault.
std::string answer_text(const PageContent& content);
/// A section for each box of the picture: what it is, its ways in, what goes with it.
std::string box_sections(const PageContent& content);

}  // namespace sparekey::cli
