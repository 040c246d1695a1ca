#include "sync/server/accounts/browser_session.h"

#include "core/base/mutant.h"
#include "core/secret/secret_bytes.h"
#include "sync/server/http/origin.h"

namespace sparekey::sync {

std::string cookie_name(const ServerSettings& settings, std::string_view purpose) {
    return (settings.https() ? "__Host-sparekey-" : "sparekey-") + std::string(purpose);
}

Header session_cookie(const ServerSettings& settings, std::string_view purpose,
                      std::string_view secret, std::uint64_t lives_ms) {
    std::string value =
        cookie_name(settings, purpose) + "=" + std::string(secret) +
        "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(lives_ms / 1000);
    if (settings.https()) value += "; Secure";
    return {"set-cookie", std::move(value)};
}

std::optional<Parameters> own_form(const ServerSettings& settings, const Request& request,
                                   std::string_view form_token) {
    auto form = form_of(request);
    if (!form || !is_same_origin(settings.origin, request)) return std::nullopt;
    const std::string sent = parameter(*form, "token");
    const bool ours = sent.size() == form_token.size() &&
                      core::equal_constant_time(core::bytes_of(sent), core::bytes_of(form_token));
    return ours || SPAREKEY_LEFT_OUT("form-token") ? std::move(form) : std::nullopt;
}

}  // namespace sparekey::sync
