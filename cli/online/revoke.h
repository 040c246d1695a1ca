// `devices revoke`: a device leaves the account; with --rotate, so does every key that it knew.
#pragma once

#include "cli/program.h"

namespace sparekey::cli::online {

/// `device` as it was typed.
core::Result<void> revoke(Session& session, const std::string& device);
/// The same, with every key replaced; a device that was removed before is all right too.
core::Result<void> revoke_and_rotate(Session& session, const std::string& device,
                                     const std::optional<std::string>& kit_path);

}  // namespace sparekey::cli::online
