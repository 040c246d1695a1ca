#include "core/otp/otp.h"

#include <array>

namespace sparekey::core {
namespace {

constexpr std::string_view kSteamLetters = "23456789BCDFGHJKMNPQRTVWXY";
constexpr unsigned kSteamLength = 5;

/// RFC 4226 section 5.3.
std::uint32_t dynamic_truncation(const Bytes& mac) {
    const std::size_t at = mac.back() & 15U;
    return (std::uint32_t{mac[at]} & 0x7fU) << 24 | std::uint32_t{mac[at + 1]} << 16 |
           std::uint32_t{mac[at + 2]} << 8 | std::uint32_t{mac[at + 3]};
}

SecretText steam_text(std::uint32_t number) {
    SecretBuilder text;
    for (unsigned i = 0; i < kSteamLength; ++i) {
        text.append(kSteamLetters[number % kSteamLetters.size()]);
        number /= static_cast<std::uint32_t>(kSteamLetters.size());
    }
    return SecretText(std::move(text).take());
}

SecretText decimal_text(std::uint32_t number, unsigned digits) {
    SecretBytes text(digits);
    for (unsigned i = digits; i > 0; --i) {
        text.expose_mutable()[i - 1] = static_cast<std::uint8_t>('0' + number % 10);
        number /= 10;
    }
    return SecretText(std::move(text));
}

}  // namespace

SecretText code_for(const OtpSpec& spec, std::uint64_t counter) {
    std::array<std::uint8_t, 8> message;
    for (std::size_t i = 0; i < 8; ++i) {
        message[i] = static_cast<std::uint8_t>(counter >> (8 * (7 - i)));
    }
    Bytes mac = hmac(spec.hash, spec.secret.expose(), message);
    const std::uint32_t number = dynamic_truncation(mac);
    wipe(mac);
    return spec.kind == OtpKind::steam ? steam_text(number) : decimal_text(number, spec.digits);
}

SecretText code_at(const OtpSpec& spec, std::uint64_t unix_seconds) {
    return code_for(spec, unix_seconds / spec.period);
}

std::uint32_t remaining(const OtpSpec& spec, std::uint64_t unix_seconds) {
    return spec.period - static_cast<std::uint32_t>(unix_seconds % spec.period);
}

}  // namespace sparekey::core
