// A code for tokens, at a provider's token endpoint (RFC 6749 section 4.1.3, RFC 7636).
#pragma once

#include "sync/server/oidc/endpoint.h"
#include "sync/server/oidc/profile.h"

#include <string>

namespace sparekey::sync {

struct TokenRequest {
    std::string url;
    ClientAuthentication authentication = ClientAuthentication::basic;
    std::string client_id;
    core::SecretText client_secret;
    std::string code;
    std::string redirect_uri;
    std::string verifier;  // PKCE
};

struct TokenAnswer {
    std::string id_token;           // empty if there is none
    core::SecretText access_token;  // a bearer's; empty if there is none
};

/// ErrorCode::refused: the provider does not take the code; ErrorCode::offline: it is down, answers
/// nonsense, or does not take the client (with a hint at the configuration).
core::Result<TokenAnswer> exchange_code(const ProviderHttp& http, TokenRequest request,
                                        const TimeLeft& left);

}  // namespace sparekey::sync
