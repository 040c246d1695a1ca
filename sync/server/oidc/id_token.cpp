#include "sync/server/oidc/id_token.h"

#include "core/base/mutant.h"
#include "sync/server/oidc/jose.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::Bytes;
using core::ErrorCode;
using core::Result;
using core::unexpected;

core::Unexpected refused_token(std::string_view why) {
    return unexpected(ErrorCode::refused, "the ID token " + std::string(why));
}

struct Parts {
    Bytes header, payload;
};

Result<Parts> take_apart(std::string_view compact) {
    if (!SPAREKEY_LEFT_OUT("token-size") && compact.size() > kLargestToken) {
        return refused_token("is too long");
    }
    const auto first = compact.find('.');
    const auto last = compact.rfind('.');
    if (first == std::string_view::npos || last == first || compact.find('.', first + 1) != last) {
        return refused_token("is no signed token in three parts");
    }
    auto header = core::from_base64url(compact.substr(0, first));
    auto payload = core::from_base64url(compact.substr(first + 1, last - first - 1));
    const auto signature = core::from_base64url(compact.substr(last + 1));
    if (!header || !payload || !signature || signature->empty()) {
        return refused_token("is not in base64url");
    }
    return Parts{std::move(*header), std::move(*payload)};
}

Result<Algorithm> algorithm_of_header(const Json& header, const Algorithms& algorithms) {
    const std::string* const name = header.find_text("alg");
    const auto known = name == nullptr ? std::nullopt : algorithm_of(*name);
    if (!known) return refused_token("is signed with no algorithm that we take");
    if (!SPAREKEY_LEFT_OUT("token-algorithm") && !contains(algorithms, *known)) {
        return refused_token("is signed with an algorithm that its provider does not use");
    }
    return *known;
}

/// Absent, or JWT in any case: an access or logout token says otherwise (RFC 8725 section 3.11).
bool is_id_token_type(const Json& header) {
    const Json* const type = header.find("typ");
    if (type == nullptr || SPAREKEY_LEFT_OUT("token-type")) return true;
    const std::string& text = type->text();
    return type->is(Json::Kind::text) && text.size() == 3 && (text[0] | 0x20) == 'j' &&
           (text[1] | 0x20) == 'w' && (text[2] | 0x20) == 't';
}

Result<std::optional<std::string>> key_id_of(const Json& header) {
    const Json* const id = header.find("kid");
    if (id == nullptr) return std::optional<std::string>{};
    if (!id->is(Json::Kind::text)) return refused_token("has a key id that is no text");
    if (!SPAREKEY_LEFT_OUT("token-key-id") && id->text().size() > kLongestKeyId) {
        return refused_token("has a key id that is too long");
    }
    return std::optional<std::string>{id->text()};
}

}  // namespace

Result<SignedToken> parse_token(std::string_view compact, const Algorithms& algorithms) {
    SPAREKEY_TRY(Parts parts, take_apart(compact));
    const auto header = Json::parse_object(core::text_of(parts.header));
    if (!header) return refused_token("has a header that is " + header.error().message);
    if (!SPAREKEY_LEFT_OUT("token-critical") && header->find("crit") != nullptr) {
        return refused_token("has a header that has to be understood");
    }
    if (!is_id_token_type(*header)) return refused_token("is a token of another type");
    SignedToken token{std::string(compact), {}, {}, std::move(parts.payload)};
    SPAREKEY_TRY(token.algorithm, algorithm_of_header(*header, algorithms));
    SPAREKEY_TRY(token.key_id, key_id_of(*header));
    return token;
}

Result<const PublicKey*> check_signature(const SignedToken& token, const KeySet& keys) {
    SPAREKEY_TRY(const PublicKey* key, choose_key(keys, token.algorithm, token.key_id));
    if (!signature_is_good(*key, token.algorithm, token.compact)) {
        return refused_token("has a signature that is not its provider's");
    }
    return key;
}

Result<Json> verified_claims(const SignedToken& token, const KeySet& keys) {
    SPAREKEY_TRY(const PublicKey* key, check_signature(token, keys));
    auto claims = Json::parse_object(core::text_of(token.payload));
    if (!claims) return refused_token("says something that is " + claims.error().message);
    const std::string* const issuer = claims->find_text("iss");
    const std::string* const tenant = claims->find_text("tid");
    const bool owned = key->issuer.empty() ||
                       (issuer != nullptr &&
                        with_tenant(key->issuer, tenant == nullptr ? "" : *tenant) == *issuer);
    if (!SPAREKEY_LEFT_OUT("key-issuer") && !owned) {
        return refused_token("is signed with another issuer's key");
    }
    return claims;
}

}  // namespace sparekey::sync
