// What may stand where a command's usage line says QUERY, FILE or list|add|remove.
#pragma once

#include "cli/command.h"

#include <string>
#include <vector>

namespace sparekey::cli {

struct CompletedValues {
    std::vector<std::string> words;
    bool files = false;
    bool titles = false;

    bool empty() const { return words.empty() && !files && !titles; }
    /// "a b c"
    std::string joined_words() const;
};

/// By a word of the usage line: lower case is meant as it is written, upper case names a kind of
/// value.
CompletedValues completed_values(const CommandSpec& command, std::string_view usage);
/// The same for a global option.
CompletedValues completed_values(std::string_view usage);

/// The options that take the next word as their value, as "--a --b".
std::string options_with_values(const std::vector<OptionSpec>& options);
std::string option_names(const std::vector<OptionSpec>& options);

}  // namespace sparekey::cli
