#include "cli/commands/commands.h"
#include "cli/commands/items.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_otp(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const OneTimeCode code, access->one_time_code(id, Use::reveal));
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object()
            .field("code", code.code.expose())
            .field("period", static_cast<std::int64_t>(code.period))
            .field("remaining", static_cast<std::int64_t>(code.remaining))
            .end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
        return {};
    }
    session.out().line(code.code.expose());
    if (code.period > 0 && session.out().conceal()) {
        session.out().note(std::to_string(code.remaining) + " s left");
    }
    return {};
}

}  // namespace

CommandSpec commands::otp() {
    return {"otp",
            "the current one-time code (TOTP, HOTP, Steam)",
            {{"QUERY", "the item"}},
            {},
            run_otp};
}

}  // namespace sparekey::cli
