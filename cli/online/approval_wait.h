// Waiting for a member device to hand over the Secret Key (DESIGN section 7, step 2).
#pragma once

#include "cli/online/join_account.h"
#include "sync/client/joining.h"

namespace sparekey::cli::online {

/// A member's answer, opened, and who gave it: to be held against the roster.
struct Approved {
    core::Approval approval;
    sync::ApprovedBy by;
};

/// Shows the code and waits ten minutes at most. ErrorCode::refused if nobody answers,
/// ErrorCode::integrity for an answer that was not made for this device.
core::Result<Approved> wait_for_approval(Session& session, const NewDevice& device,
                                         const sync::EnrolmentConnection& enrolment,
                                         const core::VaultId& vault);

}  // namespace sparekey::cli::online
