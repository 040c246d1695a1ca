#include "sync/server/oidc/key_set.h"

#include "core/base/mutant.h"
#include "sync/protocol/json.h"
#include "sync/server/oidc/weak_key.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::Bytes;
using core::ErrorCode;
using core::Result;
using core::unexpected;

/// A base64url member; empty if it is missing or damaged.
Bytes bytes_member(const Json& key, std::string_view name) {
    const std::string* const text = key.find_text(name);
    const auto bytes = text == nullptr ? std::nullopt : core::from_base64url(*text);
    return bytes.value_or(Bytes{});
}

bool is_absent_or(const Json& key, std::string_view name, std::string_view wanted) {
    const Json* const found = key.find(name);
    return found == nullptr || (found->is(Json::Kind::text) && found->text() == wanted);
}

bool may_verify(const Json& key) {
    const Json* const operations = key.find("key_ops");
    if (operations != nullptr) {
        const auto names = operations->texts();
        if (!names || std::find(names->begin(), names->end(), "verify") == names->end()) {
            return false;
        }
    }
    return is_absent_or(key, "use", "sig");
}

std::optional<PublicKey> rsa_key(const Json& json) {
    core::RsaPublicKey numbers{bytes_member(json, "n"), bytes_member(json, "e")};
    for (Bytes* number : {&numbers.modulus, &numbers.exponent}) {
        const auto first = std::find_if(number->begin(), number->end(),
                                        [](std::uint8_t byte) { return byte != 0; });
        number->erase(number->begin(), first);
    }
    PublicKey key{{}, numbers, {}, {}, {}};
    if (const auto sound = core::check_public_key(numbers); !sound) {
        key.flaw = sound.error().message;
    } else if (!SPAREKEY_LEFT_OUT("key-roca") && has_roca_fingerprint(numbers)) {
        key.flaw = "the RSA key can be factored (ROCA)";
    }
    return key;
}

std::optional<PublicKey> ec_key(const Json& json) {
    const std::string* const name = json.find_text("crv");
    if (name == nullptr || (*name != "P-256" && *name != "P-384")) return std::nullopt;
    const core::Curve curve = *name == "P-256" ? core::Curve::p256 : core::Curve::p384;
    const Bytes x = bytes_member(json, "x");
    const Bytes y = bytes_member(json, "y");
    core::EcdsaPublicKey numbers{curve, {4}};
    numbers.point.insert(numbers.point.end(), x.begin(), x.end());
    numbers.point.insert(numbers.point.end(), y.begin(), y.end());
    PublicKey key{{}, numbers, {}, {}, {}};
    if (x.size() != core::field_size(curve) || !core::is_valid(numbers)) {
        key.flaw = "the EC key is no point of its curve";
    }
    return key;
}

std::optional<PublicKey> ed25519_key(const Json& json) {
    const std::string* const name = json.find_text("crv");
    if (name == nullptr || *name != "Ed25519") return std::nullopt;
    const Bytes x = bytes_member(json, "x");
    core::SigningPublicKey numbers{};
    PublicKey key{{}, numbers, {}, {}, {}};
    if (x.size() != numbers.size()) {
        key.flaw = "the Ed25519 key has a wrong size";
        return key;
    }
    std::copy(x.begin(), x.end(), numbers.begin());
    key.numbers = numbers;
    return key;
}

std::optional<PublicKey> numbers_of(const Json& json) {
    const std::string* const type = json.find_text("kty");
    if (type == nullptr) return std::nullopt;
    if (*type == "RSA") return rsa_key(json);
    if (*type == "EC") return ec_key(json);
    if (*type == "OKP") return ed25519_key(json);
    return std::nullopt;
}

/// Nothing for a key that says of itself that it is for something else.
std::optional<PublicKey> public_key(const Json& json) {
    if (!json.is(Json::Kind::object)) return std::nullopt;
    if (!SPAREKEY_LEFT_OUT("key-use") && !may_verify(json)) return std::nullopt;
    std::optional<PublicKey> key = numbers_of(json);
    if (!key) return std::nullopt;
    if (const Json* const algorithm = json.find("alg"); algorithm != nullptr) {
        key->only = algorithm_of(algorithm->text());
        if (!key->only) return std::nullopt;
    }
    if (const std::string* const id = json.find_text("kid")) key->id = *id;
    if (const std::string* const issuer = json.find_text("issuer")) key->issuer = *issuer;
    if (key->id.size() > kLongestKeyId) key->flaw = "the key's id is too long";
    return key;
}

core::Unexpected not_a_key_set(std::string_view what) {
    return unexpected(ErrorCode::offline, "the provider's key set " + std::string(what));
}

bool is_kind_for(const PublicKey& key, Algorithm algorithm) {
    const auto* const point = std::get_if<core::EcdsaPublicKey>(&key.numbers);
    switch (algorithm) {
        case Algorithm::rs256:
        case Algorithm::ps256:
            return std::holds_alternative<core::RsaPublicKey>(key.numbers);
        case Algorithm::es256:
            return point != nullptr && point->curve == core::Curve::p256;
        case Algorithm::es384:
            return point != nullptr && point->curve == core::Curve::p384;
        case Algorithm::eddsa:
            return std::holds_alternative<core::SigningPublicKey>(key.numbers);
    }
    return false;
}

}  // namespace

Result<KeySet> parse_key_set(std::string_view text) {
    const auto document = Json::parse_object(text);
    if (!document) return not_a_key_set("is " + document.error().message);
    const Json* const listed = document->find("keys");
    if (listed == nullptr || !listed->is(Json::Kind::array)) return not_a_key_set("lists no keys");
    if (listed->elements().size() > kMostKeys) return not_a_key_set("has too many keys");
    KeySet keys;
    for (const Json& json : listed->elements()) {
        if (auto key = public_key(json)) keys.push_back(std::move(*key));
    }
    return keys;
}

bool fits(const PublicKey& key, Algorithm algorithm) {
    if (!is_kind_for(key, algorithm)) return false;
    return SPAREKEY_LEFT_OUT("key-algorithm") || !key.only || *key.only == algorithm;
}

Result<const PublicKey*> choose_key(const KeySet& keys, Algorithm algorithm,
                                    const std::optional<std::string>& id) {
    std::vector<const PublicKey*> candidates;
    for (const PublicKey& key : keys) {
        if (id ? key.id == *id : fits(key, algorithm)) candidates.push_back(&key);
    }
    if (candidates.empty()) {
        return unexpected(ErrorCode::not_found, "the provider has no such key");
    }
    if (!SPAREKEY_LEFT_OUT("key-ambiguous") && candidates.size() > 1) {
        return unexpected(ErrorCode::refused, "which key the token was signed with is ambiguous");
    }
    if (!fits(*candidates[0], algorithm)) {
        return unexpected(ErrorCode::refused, "the token's algorithm is not its key's");
    }
    if (!candidates[0]->flaw.empty()) {
        return unexpected(ErrorCode::refused, candidates[0]->flaw);
    }
    return candidates[0];
}

}  // namespace sparekey::sync
