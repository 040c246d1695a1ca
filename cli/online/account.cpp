#include "cli/online/browser.h"
#include "cli/online/commands.h"
#include "cli/online/member.h"
#include "sync/client/account_calls.h"

namespace sparekey::cli::online {

core::Result<void> account(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const auto member, Member::open(session));
    SPAREKEY_TRY(const std::string url, sync::account_page(member->connection()));
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("url", url).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
        return {};
    }
    if (arguments.has("--no-open") || !can_open_browser()) {
        session.out().line(url);
        return {};
    }
    SPAREKEY_TRY(Child opener, open_browser(url));
    // The opener hands over to the browser, which would not outlive it otherwise.
    constexpr std::chrono::seconds kOpenerPatience{30};
    opener.wait(after(kOpenerPatience));
    return {};
}

}  // namespace sparekey::cli::online
