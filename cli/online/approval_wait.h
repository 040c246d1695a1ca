// Waiting for a member device to hand over the Secret Key (DESIGN section 7, step 2).
#pragma once

#include "cli/online/join_account.h"
#include "core/chain/approval.h"

namespace sparekey::cli::online {

/// A member's answer, opened, with what it was made for: to be held against the roster.
struct Approved {
    core::Approval approval;
    core::Enrolment enrolment;
    core::ApprovalAnswer answer;
};

/// Shows the code and waits ten minutes at most. ErrorCode::refused if nobody answers,
/// ErrorCode::integrity for an answer that was not made for this device.
core::Result<Approved> wait_for_approval(Session& session, const NewDevice& device,
                                         const sync::EnrolmentConnection& enrolment,
                                         const core::VaultId& vault);

}  // namespace sparekey::cli::online
