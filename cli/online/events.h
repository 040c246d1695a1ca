// What a login tells while it goes on: JSON lines with --json, else text for a person.
#pragma once

#include "cli/session.h"

#include <initializer_list>
#include <utility>

namespace sparekey::cli::online {

using EventFields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// {"event":NAME,…} as one line of JSON; without --json `text`, which may have several lines.
void tell(Session& session, std::string_view event, EventFields fields, std::string_view text);

}  // namespace sparekey::cli::online
