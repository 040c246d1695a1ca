// libFuzzer: an ID token. Without the key it is never taken, whatever it is.
#include "sync/server/oidc/id_token.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey::sync;
    static const Algorithms kAll = {Algorithm::rs256, Algorithm::ps256, Algorithm::es256,
                                    Algorithm::es384, Algorithm::eddsa};
    // RFC 8037 appendix A.2, and the base point of P-256, whose secret number 1 nobody guesses
    // here.
    static const KeySet keys = parse_key_set(
                                   R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a",
                "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
               {"kty":"EC","crv":"P-256","kid":"b",
                "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
                "y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]})")
                                   .value();
    const auto token = parse_token(sparekey::core::text_of({data, size}), kAll);
    if (!token) return 0;
    if (token->compact.size() > kLargestToken) std::abort();
    if (check_signature(*token, keys)) std::abort();
    const auto claims = Json::parse_object(sparekey::core::text_of(token->payload));
    Profile profile;
    profile.issuer = "https://id.example.org";
    const TokenRules rules{profile,          "client", "nonce", 1'900'000'000'000,
                           token->algorithm, "code",   nullptr};
    if (claims) (void)check_claims(*claims, rules).has_value();
    return 0;
}
