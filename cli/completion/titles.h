// Item titles as a shell is to be given them: pure, since a title may hold anything.
//
// Zsh and fish quote for themselves what they insert. Bash inserts what it is given as it stands,
// so for it a title is quoted here, in the manner that the person began with.
#pragma once

#include "core/ports/record_store.h"

#include <string>
#include <string_view>
#include <vector>

namespace sparekey::cli {

/// What names each item: its title, or title/username where several share a title. Titles that no
/// command line can hold as they are (control characters), or that look like options, are left out.
std::vector<std::string> query_names(const std::vector<core::IndexRow>& rows);

/// The names that begin as `typed` does, in any case; at most kMostNames.
std::vector<std::string> names_beginning(const std::vector<std::string>& names,
                                         std::string_view typed);
inline constexpr std::size_t kMostNames = 1000;

/// What bash may put in the place of `word`, a piece of a word as it was typed, quotes and all;
/// `before` is what stands before it in the same word and stays (Readline breaks words at ':').
std::vector<std::string> bash_replacements(const std::vector<std::string>& names,
                                           std::string_view before, std::string_view word);

/// A shell's word without its quotes; one that is left open ends with the text.
std::string without_quotes(std::string_view word);

}  // namespace sparekey::cli
