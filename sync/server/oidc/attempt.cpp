#include "sync/server/oidc/attempt.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/secret/secret_bytes.h"
#include "core/text/unicode.h"
#include "sync/http_client/url.h"

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kLongestCode = 8192;

core::Unexpected refused_answer(std::string_view why) {
    return unexpected(ErrorCode::refused, "the provider's answer " + std::string(why));
}

std::string random_text(core::Random& random) {
    return core::to_base64url(random.bytes<kRandomBytes>());
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

const std::string* find(const CallbackParameters& parameters, const std::string& name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? nullptr : &found->second;
}

/// It belongs to this attempt, and in time (O-23).
Result<void> check_binding(const ProviderAttempt& attempt, const CallbackParameters& parameters,
                           std::uint64_t now_ms) {
    const std::string* const state = find(parameters, "state");
    const bool ours =
        state != nullptr && !attempt.state.empty() &&
        core::equal_constant_time(core::bytes_of(*state), core::bytes_of(attempt.state));
    if (!SPAREKEY_LEFT_OUT("answer-state") && !ours) return refused_answer("is to another attempt");
    if (!SPAREKEY_LEFT_OUT("answer-age") && now_ms - attempt.started_ms >= kAttemptLifetime) {
        return refused_answer("comes too late");
    }
    return {};
}

Result<void> check_answer_issuer(const CallbackParameters& parameters, const AnswerIssuer& issuer) {
    const std::string* const named = find(parameters, "iss");
    const bool fine = named == nullptr ? !issuer.wanted : issuer.accepts(*named);
    if (!SPAREKEY_LEFT_OUT("answer-issuer") && !fine) return refused_answer("is another issuer's");
    return {};
}

/// RFC 6749 section 4.1.2.1.
core::Unexpected said_no(const std::string& error) {
    const bool unwell = error == "server_error" || error == "temporarily_unavailable";
    return unexpected(unwell ? ErrorCode::offline : ErrorCode::refused,
                      "the provider says: " + core::printable(error.substr(0, 64)));
}

}  // namespace

ProviderAttempt new_attempt(std::string_view provider, core::Random& random,
                            const core::Clock& clock) {
    return {std::string(provider), random_text(random), random_text(random), random_text(random),
            clock.now_ms()};
}

std::string authorization_url(const std::string& endpoint, const Profile& profile,
                              const std::string& client_id, const std::string& redirect_uri,
                              const ProviderAttempt& attempt) {
    const core::Hash challenge = core::sha256(core::bytes_of(attempt.verifier));
    std::vector<std::pair<std::string, std::string>> parameters = {
        {"response_type", "code"},
        {"client_id", client_id},
        {"redirect_uri", redirect_uri},
        {"state", attempt.state},
        {"code_challenge", core::to_base64url(challenge)},
        {"code_challenge_method", "S256"},
    };
    if (!profile.scopes.empty()) parameters.emplace_back("scope", joined(profile.scopes));
    if (!profile.metadata_url.empty()) parameters.emplace_back("nonce", attempt.nonce);
    if (profile.response_mode == ResponseMode::form_post) {
        parameters.emplace_back("response_mode", "form_post");
    }
    return with_query(endpoint, parameters);
}

Result<std::string> code_of_answer(const ProviderAttempt& attempt,
                                   const CallbackParameters& parameters, const AnswerIssuer& issuer,
                                   std::uint64_t now_ms) {
    SPAREKEY_CHECK(check_binding(attempt, parameters, now_ms));
    SPAREKEY_CHECK(check_answer_issuer(parameters, issuer));
    if (const std::string* const error = find(parameters, "error")) return said_no(*error);
    const std::string* const code = find(parameters, "code");
    if (code == nullptr || code->empty() || code->size() > kLongestCode) {
        return refused_answer("has no code");
    }
    return *code;
}

}  // namespace sparekey::sync
