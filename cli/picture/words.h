// What the picture of the lockout graph says of a box, in words: for the box itself, for a screen
// reader, and for the text beside the picture.
#pragma once

#include "core/lockout/drawing.h"

#include <string>

namespace sparekey::cli {

/// "alice@gmail.com", "GitHub", "27 items": the whole of it, not cut.
std::string box_title(const core::Graph& graph, const core::Drawing::Box& box);
/// One short line: "google · takes 5 items", "own password", "one loss takes it".
std::string box_detail(const core::Graph& graph, const core::Drawing::Box& box);
/// All of it as a sentence: what it is, and what becomes of it or by it.
std::string box_description(const core::Graph& graph, const core::Drawing::Box& box);
/// "safe", "single point of failure" …
std::string_view state_word(core::Drawing::State state);
/// "signs in", "recovers" …: what an edge does.
std::string_view edge_word(core::NamedLink::Kind kind);

}  // namespace sparekey::cli
