#include "sync/protocol/assertion.h"

#include "core/base/mutant.h"
#include "sync/protocol/routes.h"

#include <boost/json.hpp>

#include <algorithm>
#include <vector>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;
namespace json = boost::json;

constexpr std::string_view kHeader = R"({"alg":"EdDSA","typ":"JWT"})";
/// A JWS's first character is "e", a label's "s": no signature of ours is good for the other.
constexpr std::string_view kNoLabel;

core::Unexpected malformed() {
    return unexpected(ErrorCode::refused, "the assertion is malformed");
}

std::string segment(std::string_view text) {
    return core::to_base64url(core::bytes_of(text));
}

std::string subject(const Assertion& assertion) {
    return assertion.device.text() + "." + assertion.account.text();
}

std::string payload(const Assertion& assertion) {
    json::object claims;
    claims["iss"] = subject(assertion);
    claims["sub"] = subject(assertion);
    claims["aud"] = assertion.audience;
    claims["iat"] = assertion.issued_s;
    claims["exp"] = assertion.expires_s;
    claims["jti"] = assertion.id.text();
    return json::serialize(claims);
}

std::string signing_input(const Assertion& assertion) {
    return segment(kHeader) + "." + segment(payload(assertion));
}

std::string text_claim(const json::object& claims, std::string_view name) {
    const json::value* const claim = claims.if_contains(name);
    return claim != nullptr && claim->is_string() ? std::string(claim->get_string())
                                                  : std::string();
}

std::uint64_t time_claim(const json::object& claims, std::string_view name) {
    const json::value* const claim = claims.if_contains(name);
    const bool is_time = claim != nullptr && claim->is_int64() && claim->get_int64() >= 0;
    return is_time ? static_cast<std::uint64_t>(claim->get_int64()) : 0;
}

/// Whatever is missing or odd is not what payload() writes, and noticed there.
Result<Assertion> read_claims(std::string_view text) {
    json::error_code error;
    const json::value parsed = json::parse(text, error);
    if (error || !parsed.is_object()) return malformed();
    const json::object& claims = parsed.get_object();
    const std::string whose = text_claim(claims, "sub");
    const std::size_t dot = std::min(whose.find('.'), whose.size());
    const auto device = core::DeviceId::parse(whose.substr(0, dot));
    const auto account =
        core::VaultId::parse(std::string_view(whose).substr(std::min(dot + 1, whose.size())));
    const auto id = AssertionId::parse(text_claim(claims, "jti"));
    if (!device || !account || !id) return malformed();
    return Assertion{*account,
                     *device,
                     text_claim(claims, "aud"),
                     time_claim(claims, "iat"),
                     time_claim(claims, "exp"),
                     *id};
}

struct Segments {
    std::string_view input;  // header and payload, as signed
    std::string_view payload;
    std::string_view signature;
};

Result<Segments> split(std::string_view compact) {
    const bool is_short = compact.size() <= kLongestAssertion;
    if (!is_short || std::count(compact.begin(), compact.end(), '.') != 2) return malformed();
    const std::size_t first = compact.find('.');
    const std::size_t last = compact.rfind('.');
    return Segments{compact.substr(0, last), compact.substr(first + 1, last - first - 1),
                    compact.substr(last + 1)};
}

Result<core::Signature> signature_of(const Segments& segments) {
    const auto bytes = core::from_base64url(segments.signature);
    core::Signature signature;
    if (!bytes || bytes->size() != signature.size()) return malformed();
    std::copy(bytes->begin(), bytes->end(), signature.begin());
    return signature;
}

}  // namespace

std::string token_audience(std::string_view origin) {
    return std::string(origin) + std::string(path::kToken);
}

std::string make_assertion(const core::VaultId& account, const core::DeviceId& device,
                           std::string_view origin, core::SeedView device_seed,
                           std::uint64_t now_ms, core::Random& random) {
    const std::uint64_t now_s = now_ms / 1000;
    const Assertion assertion{account,
                              device,
                              token_audience(origin),
                              now_s,
                              now_s + kAssertionSeconds,
                              AssertionId::random(random)};
    const std::string input = signing_input(assertion);
    const core::Signature signature = core::sign(device_seed, kNoLabel, core::bytes_of(input));
    return input + "." + core::to_base64url(signature);
}

Result<Assertion> read_assertion(std::string_view compact) {
    SPAREKEY_TRY(const Segments segments, split(compact));
    const auto text = core::from_base64url(segments.payload);
    if (!text) return malformed();
    SPAREKEY_TRY(Assertion assertion, read_claims(core::text_of(*text)));
    // One form only: what it says, written again, is what came.
    if (!SPAREKEY_LEFT_OUT("assertion-form") && signing_input(assertion) != segments.input) {
        return malformed();
    }
    return assertion;
}

Result<void> check_times(const Assertion& assertion, std::uint64_t now_s) {
    if (!SPAREKEY_LEFT_OUT("assertion-lifetime") &&
        assertion.expires_s - assertion.issued_s != kAssertionSeconds) {
        return unexpected(ErrorCode::refused,
                          "the assertion is good for another time than a minute");
    }
    if (!SPAREKEY_LEFT_OUT("assertion-future") && assertion.issued_s > now_s + kClockSkewSeconds) {
        return unexpected(ErrorCode::refused, "the assertion comes from the future",
                          "set the device's clock");
    }
    if (!SPAREKEY_LEFT_OUT("assertion-expiry") && assertion.spent_until_s() <= now_s) {
        return unexpected(ErrorCode::refused, "the assertion has expired",
                          "set the device's clock");
    }
    return {};
}

Result<Assertion> verify_assertion(std::string_view compact,
                                   const core::SigningPublicKey& device_key,
                                   std::string_view origin, std::uint64_t now_ms) {
    SPAREKEY_TRY(Assertion assertion, read_assertion(compact));
    SPAREKEY_TRY(const Segments segments, split(compact));
    SPAREKEY_TRY(const core::Signature signature, signature_of(segments));
    if (!SPAREKEY_LEFT_OUT("assertion-signature") &&
        !core::verify(device_key, kNoLabel, core::bytes_of(segments.input), signature)) {
        return unexpected(ErrorCode::refused, "the assertion is not signed by its device");
    }
    if (!SPAREKEY_LEFT_OUT("assertion-audience") && assertion.audience != token_audience(origin)) {
        return unexpected(ErrorCode::refused, "the assertion is for another server");
    }
    SPAREKEY_CHECK(check_times(assertion, now_ms / 1000));
    return assertion;
}

}  // namespace sparekey::sync
