// What the finder shows, as values: from its state and the size of the screen to lines, and from
// lines to the bytes of one frame. Pure. Text of the vault is made printable and cut to fit.
#pragma once

#include "cli/finder/screen.h"
#include "core/model/item.h"
#include "core/ports/record_store.h"

#include <vector>

namespace sparekey::cli::finder {

enum class Style { plain, coloured };

struct State {
    std::string vault;
    std::string query;
    std::vector<core::IndexRow> rows;       // the best so far
    bool has_more = false;                  // than those
    std::size_t selected = 0;               // of rows
    std::size_t top = 0;                    // the first one shown
    std::vector<core::SecretText> details;  // of the selected item; empty: hidden
    core::SecretText message;               // instead of the keys
};

/// The lines of `item` for people, its secrets as they are given.
std::vector<core::SecretText> detail_lines(const core::Item& item);

/// How many rows of the list fit.
std::size_t list_rows(const State& state, Size size);
/// One for each row of the screen, none wider than it.
std::vector<core::SecretText> lines(const State& state, Size size);
/// All of it, drawn over what was there. The selected row is marked by a '>' in either style.
core::SecretText frame(const State& state, Size size, Style style);

}  // namespace sparekey::cli::finder
