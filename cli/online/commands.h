// The functions of the commands that need a network; their rows are in cli/commands/online.cpp.
#pragma once

#include "cli/program.h"

namespace sparekey::cli::online {

core::Result<void> login(Session& session, const Arguments& arguments);
core::Result<void> logout(Session& session, const Arguments& arguments);
core::Result<void> devices(Session& session, const Arguments& arguments);
core::Result<void> account(Session& session, const Arguments& arguments);
core::Result<void> sync(Session& session, const Arguments& arguments);
/// The same without options, by the process that stands by.
core::Result<void> sync_standing_by(Session& session, const Arguments& arguments);
/// What start_standby() starts.
core::Result<void> standby(Session& session, const Arguments& arguments);
/// What start_background_sync() starts.
core::Result<void> background_sync(Session& session, const Arguments& arguments);
core::Result<void> link(Session& session, const Arguments& arguments);
core::Result<void> unlink(Session& session, const Arguments& arguments);
/// For `health --online`: no vault is opened.
core::Result<void> breach_ranges(Session& session, const Arguments& arguments);
/// For `doctor`: no vault is opened.
core::Result<void> reach(Session& session, const Arguments& arguments);
/// `audit --server`.
core::Result<void> audit(Session& session, const Arguments& arguments);

}  // namespace sparekey::cli::online
