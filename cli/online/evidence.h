// What made a server unbelievable, kept as it came, or what is known of it here, for a person who
// wants to show it.
#pragma once

#include "cli/session.h"

namespace sparekey::cli::online {

/// Into the vault's folder of state, `evidence/`; says where. A failure is only a warning: what was
/// refused stays refused.
void keep_evidence(Session& session, const std::string& what, core::ByteView bytes);

}  // namespace sparekey::cli::online
