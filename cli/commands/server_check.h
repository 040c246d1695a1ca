// What `doctor` says of the account's server: whether it can be reached, and whether its clock and
// this one agree.
#pragma once

#include "cli/session.h"

namespace sparekey::cli {

/// Asks the server, for at most 10 s. Of a vault without an account there is nothing to ask.
std::vector<Check> check_server(const std::optional<sync::Membership>& membership);

}  // namespace sparekey::cli
