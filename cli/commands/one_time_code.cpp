#include "cli/commands/one_time_code.h"

#include "core/otp/otp.h"

namespace sparekey::cli {

core::Result<OneTimeCode> one_time_code(core::Vault& vault, const core::Item& item,
                                        std::uint64_t now_ms) {
    if (item.totp.empty()) {
        return core::unexpected(core::ErrorCode::not_found, "the item has no one-time code",
                                "sparekey edit QUERY --stdin sets \"totp\"");
    }
    SPAREKEY_TRY(const core::OtpSpec spec, core::parse_otp(item.totp.expose()));
    if (spec.kind == core::OtpKind::hotp) {
        SPAREKEY_TRY(const std::uint64_t counter, vault.next_hotp_counter(item.id, spec.counter));
        return OneTimeCode{core::code_for(spec, counter), 0, 0};
    }
    const std::uint64_t seconds = now_ms / 1000;
    return OneTimeCode{core::code_at(spec, seconds), spec.period, core::remaining(spec, seconds)};
}

}  // namespace sparekey::cli
