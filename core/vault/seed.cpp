#include "core/vault/seed.h"

#include "core/otp/otp.h"

namespace sparekey::core {

SecretText current_seed(const ItemState& state, const SecretText& totp) {
    const auto counter = hotp_counter(state);
    if (!counter) return totp.clone();
    const auto spec = parse_otp(totp.expose());
    const bool counts = spec && spec->kind == OtpKind::hotp;
    return counts ? with_counter(totp.expose(), *counter) : totp.clone();
}

}  // namespace sparekey::core
