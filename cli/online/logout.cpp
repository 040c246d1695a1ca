#include "cli/online/commands.h"
#include "cli/online/member.h"

namespace sparekey::cli::online {

core::Result<void> logout(Session& session, const Arguments&) {
    SPAREKEY_TRY(const auto member, Member::open(session));
    SPAREKEY_CHECK(member->replica().leave());
    session.out().note(
        "nothing is sent or fetched any more; this device is still listed as a "
        "member, which sparekey devices revoke " +
        member->membership().device.text() + " on another device ends");
    if (session.out().json()) session.out().raw("{}\n");
    return {};
}

}  // namespace sparekey::cli::online
