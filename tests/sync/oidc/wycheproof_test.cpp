// Wycheproof's vectors of signed tokens and of keys (tests/vectors/wycheproof) against the check of
// an ID token's signature. HMAC and the algorithms that we do not take are refused, even where the
// vector is valid.
#include "sync/server/oidc/id_token.h"

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

namespace sparekey::sync {
namespace {

namespace json = boost::json;

const Algorithms kAll = {Algorithm::rs256, Algorithm::ps256, Algorithm::es256, Algorithm::es384,
                         Algorithm::eddsa};

bool accepted(const std::string& key_set, const std::string& token) {
    const auto keys = parse_key_set(key_set);
    const auto parsed = parse_token(token, kAll);
    return keys && parsed && check_signature(*parsed, *keys);
}

/// The public half, or the secret one of a symmetric key; as a key set.
std::string key_set_of(const json::object& group) {
    const json::value& key = group.contains("public") ? group.at("public") : group.at("private");
    if (key.as_object().contains("keys")) return json::serialize(key);
    return R"({"keys":[)" + json::serialize(key) + "]}";
}

/// Whether one of our algorithms is named in the header.
bool is_ours(std::string_view token) {
    const auto header = core::from_base64url(token.substr(0, token.find('.')));
    const auto parsed = header ? Json::parse(core::text_of(*header)) : Json::parse("");
    const std::string* const name = parsed ? parsed->find_text("alg") : nullptr;
    return name != nullptr && algorithm_of(*name);
}

struct Tally {
    std::size_t seen = 0, accepted = 0;
};

Tally run(const std::string& file) {
    std::ifstream stream(std::string(SPAREKEY_VECTORS "/wycheproof/") + file);
    REQUIRE(stream);
    std::stringstream text;
    text << stream.rdbuf();
    const json::value document = json::parse(text.str());
    Tally tally;
    for (const json::value& group : document.at("testGroups").as_array()) {
        const std::string keys = key_set_of(group.as_object());
        for (const json::value& test : group.at("tests").as_array()) {
            INFO(file << " vector " << test.at("tcId").as_int64() << " "
                      << std::string_view(test.at("comment").as_string()));
            const std::string token(std::string_view(test.at("jws").as_string()));
            const bool wanted = test.at("result").as_string() == "valid" && is_ours(token);
            const bool good = accepted(keys, token);
            CHECK(good == wanted);
            ++tally.seen;
            tally.accepted += good ? 1 : 0;
        }
    }
    CHECK(static_cast<std::int64_t>(tally.seen) == document.at("numberOfTests").as_int64());
    std::cout << file << ": " << tally.seen << " vectors, " << tally.accepted << " accepted\n";
    return tally;
}

}  // namespace

TEST_CASE("signed tokens agree with Wycheproof", "[oidc][vectors][mutant:token-signature-size]") {
    CHECK(run("json_web_signature_test.json").accepted > 15);
}

TEST_CASE("keys agree with Wycheproof", "[oidc][vectors][mutant:key-roca]") {
    CHECK(run("json_web_key_test.json").accepted == 1);
}

}  // namespace sparekey::sync
