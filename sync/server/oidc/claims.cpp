// What an ID token has to say: check_claims() of id_token.h.
#include "core/base/mutant.h"
#include "sync/server/oidc/id_token.h"
#include "sync/server/oidc/jose.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

constexpr std::uint64_t kSkew = 60;          // seconds
constexpr std::uint64_t kOldestIssue = 600;  // seconds
constexpr std::size_t kLongestSubject = 255;

core::Unexpected refused_claim(std::string_view why) {
    return unexpected(ErrorCode::refused, "the ID token " + std::string(why));
}

bool names(const std::vector<std::string>& texts, std::string_view wanted) {
    return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

/// Entra: the tenant's own issuer, for a tenant that was allowed (O-11).
Result<std::string> tenant_issuer(const Json& claims, const Profile& profile) {
    const std::string* const tenant = claims.find_text("tid");
    if (tenant == nullptr) return refused_claim("names no tenant");
    if (!SPAREKEY_LEFT_OUT("token-tenant") && !names(profile.tenants, *tenant)) {
        return refused_claim("is of a tenant that is not allowed");
    }
    return with_tenant(profile.issuer, *tenant);
}

Result<std::string> check_issuer(const Json& claims, const Profile& profile) {
    const std::string* const issuer = claims.find_text("iss");
    if (issuer == nullptr) return refused_claim("names no issuer");
    std::string wanted = profile.issuer;
    if (!profile.tenants.empty()) {
        SPAREKEY_TRY(wanted, tenant_issuer(claims, profile));
    }
    const bool same = *issuer == wanted || names(profile.issuer_aliases, *issuer);
    if (!SPAREKEY_LEFT_OUT("token-issuer") && !same) return refused_claim("is of another issuer");
    return wanted;
}

/// One text, or several.
std::optional<std::vector<std::string>> audiences_of(const Json& claims) {
    const Json* const found = claims.find("aud");
    if (found == nullptr) return std::nullopt;
    if (found->is(Json::Kind::text)) return std::vector<std::string>{found->text()};
    return found->texts();
}

Result<void> check_audience(const Json& claims, const TokenRules& rules) {
    const auto audiences = audiences_of(claims);
    if (!audiences) return refused_claim("names no audience");
    const auto known = [&](const std::string& audience) {
        return audience == rules.client_id || names(rules.profile.audience_extra, audience);
    };
    const bool ours = names(*audiences, rules.client_id) &&
                      std::all_of(audiences->begin(), audiences->end(), known);
    if (!SPAREKEY_LEFT_OUT("token-audience") && !ours)
        return refused_claim("is meant for another client");
    const Json* const party = claims.find("azp");
    const bool to_us = party == nullptr
                           ? audiences->size() == 1
                           : party->is(Json::Kind::text) && party->text() == rules.client_id;
    if (!SPAREKEY_LEFT_OUT("token-party") && !to_us) {
        return refused_claim("was issued to another client");
    }
    return {};
}

/// A claim in whole seconds; nothing if it is missing or something else.
std::optional<std::uint64_t> seconds(const Json& claims, std::string_view name) {
    const Json* const found = claims.find(name);
    return found == nullptr ? std::nullopt : found->integer();
}

Result<void> check_times(const Json& claims, std::uint64_t now_s) {
    const auto expires = seconds(claims, "exp");
    const auto issued = seconds(claims, "iat");
    if (!expires) return refused_claim("has no time of expiry");
    if (!issued) return refused_claim("has no time of issue");
    if (!SPAREKEY_LEFT_OUT("token-expiry") && *expires + kSkew <= now_s) {
        return refused_claim("has expired");
    }
    const bool current = *issued <= now_s + kSkew && *issued + kOldestIssue + kSkew > now_s;
    if (!SPAREKEY_LEFT_OUT("token-age") && !current) {
        return refused_claim("was not issued just now (is a clock wrong?)");
    }
    if (claims.find("nbf") == nullptr) return {};
    const auto not_before = seconds(claims, "nbf");
    const bool begun = not_before && *not_before <= now_s + kSkew;
    if (!SPAREKEY_LEFT_OUT("token-not-before") && !begun) return refused_claim("is not valid yet");
    return {};
}

Result<void> check_subject(const Json& claims) {
    const std::string* const subject = claims.find_text("sub");
    const bool sound =
        subject != nullptr && !subject->empty() && subject->size() <= kLongestSubject &&
        std::none_of(subject->begin(), subject->end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (!SPAREKEY_LEFT_OUT("token-subject") && !sound) return refused_claim("names no subject");
    return {};
}

Result<void> check_nonce(const Json& claims, std::string_view wanted) {
    const std::string* const nonce = claims.find_text("nonce");
    const bool same = nonce != nullptr &&
                      core::equal_constant_time(core::bytes_of(*nonce), core::bytes_of(wanted));
    if (!SPAREKEY_LEFT_OUT("token-nonce") && !same) return refused_claim("answers another attempt");
    return {};
}

/// A hash that is there has to fit; in this flow none has to be there.
bool fits_hash(const Json& claims, std::string_view name, const TokenRules& rules,
               std::string_view text) {
    const Json* const hash = claims.find(name);
    return hash == nullptr ||
           (hash->is(Json::Kind::text) && hash->text() == half_hash(rules.algorithm, text));
}

Result<void> check_hashes(const Json& claims, const TokenRules& rules) {
    const std::string_view access =
        rules.access_token == nullptr ? std::string_view{} : rules.access_token->expose();
    if (!SPAREKEY_LEFT_OUT("token-access-hash") && !fits_hash(claims, "at_hash", rules, access)) {
        return refused_claim("came with another access token");
    }
    if (!SPAREKEY_LEFT_OUT("token-code-hash") && !fits_hash(claims, "c_hash", rules, rules.code)) {
        return refused_claim("came with another code");
    }
    return {};
}

}  // namespace

Result<std::string> check_claims(const Json& claims, const TokenRules& rules) {
    SPAREKEY_TRY(std::string issuer, check_issuer(claims, rules.profile));
    // A logout token (OpenID Connect Back-Channel Logout section 2.4) has events.
    if (!SPAREKEY_LEFT_OUT("token-events") && claims.find("events") != nullptr) {
        return refused_claim("is a logout token");
    }
    SPAREKEY_CHECK(check_audience(claims, rules));
    SPAREKEY_CHECK(check_times(claims, rules.now_ms / 1000));
    SPAREKEY_CHECK(check_subject(claims));
    SPAREKEY_CHECK(check_nonce(claims, rules.nonce));
    SPAREKEY_CHECK(check_hashes(claims, rules));
    return issuer;
}

}  // namespace sparekey::sync
