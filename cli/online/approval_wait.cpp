#include "cli/online/approval_wait.h"

#include "cli/online/events.h"
#include "cli/programs/child.h"

#include <thread>

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

constexpr std::chrono::minutes kPatience{10};
constexpr std::chrono::seconds kInterval{2};
constexpr int kMostFailures = 5;

Result<core::ApprovalAnswer> wait_for_answer(const sync::EnrolmentConnection& enrolment) {
    int failures = 0;
    for (const Deadline end = after(kPatience); std::chrono::steady_clock::now() < end;) {
        auto answer = enrolment.approval();
        const bool away = !answer && answer.error().code == ErrorCode::offline;
        // A line that is down for a moment costs no login.
        if (!answer && !(away && ++failures < kMostFailures)) {
            return unexpected(std::move(answer).error());
        }
        if (answer && *answer) return std::move(**answer);
        if (answer) failures = 0;
        std::this_thread::sleep_for(kInterval);
    }
    return unexpected(ErrorCode::refused, "no device of the account has answered in time",
                      "begin again, or join by --secret-key-file");
}

}  // namespace

Result<Approved> wait_for_approval(Session& session, const NewDevice& device,
                                   const sync::EnrolmentConnection& enrolment,
                                   const core::VaultId& vault) {
    // Made after the account is known, and by this side alone: core/chain/enrolment.h.
    const core::EnrolmentNonce nonce = session.random().bytes<core::kEnrolmentNonceSize>();
    const core::Enrolment facts = device.enrolment(vault, enrolment.origin(), nonce);
    SPAREKEY_CHECK(enrolment.ask_approval(nonce));
    const std::string code = core::ApprovalCode::of(facts).text();
    tell(session, "approve", {{"code", code}},
         "On a device that is a member already, say\n\n    sparekey devices approve " + code +
             "\n\nThis device waits for it, ten minutes at most.");
    SPAREKEY_TRY(core::ApprovalAnswer answer, wait_for_answer(enrolment));
    SPAREKEY_TRY(core::Approval approval,
                 core::open_approval(facts, device.secrets.box.expose(), answer));
    return Approved{std::move(approval), {facts, std::move(answer)}};
}

}  // namespace sparekey::cli::online
