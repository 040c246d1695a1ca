// The form of an ID token: algorithms, headers, encodings (O-01, O-02, O-05 to O-08).
#include "tests/sync/oidc/hostile_provider.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

/// With these members of the header; an empty value leaves one out.
std::string with_header(const JsonMembers& members) {
    LoginBench bench;
    for (const auto& [name, value] : members) bench.header[name] = value;
    std::erase_if(bench.header, [](const auto& member) { return member.second.empty(); });
    return bench.outcome();
}

/// What becomes of whatever `forge` makes of a good token.
std::string forged(const std::function<std::string(const std::string&)>& forge) {
    LoginBench bench;
    const auto honest = bench.provider.make_token;
    bench.provider.make_token = [&](const JsonMembers& form) { return forge(honest(form)); };
    return bench.outcome();
}

std::string without_signature(const std::string& token) {
    return token.substr(0, token.rfind('.') + 1);
}

}  // namespace

TEST_CASE("every algorithm of ours is taken, with a key of its kind", "[oidc][token]") {
    const std::pair<const ProviderKey*, std::string> kinds[] = {{&rsa_key(), "RS256"},
                                                                {&rsa_key(), "PS256"},
                                                                {&p256_key(), "ES256"},
                                                                {&p384_key(), "ES384"},
                                                                {&ed25519_key(), "EdDSA"}};
    for (const auto& [key, algorithm] : kinds) {
        for (const auto& [other, named] : kinds) {
            INFO(algorithm << " by the key for " << named);
            LoginBench bench;
            bench.key = key;
            bench.algorithm = algorithm;
            bench.header["alg"] = in_quotes(algorithm);
            bench.provider.keys = {other->jwk("one")};
            CHECK(bench.outcome() == (key == other ? "logged in" : "refused"));
        }
    }
}

TEST_CASE("an unsigned token is refused, however it says so", "[oidc][token]") {
    // oidcc-client-test-idtoken-sig-none
    for (const char* name : {"none", "None", "NONE", "nOnE", "", "none "}) {
        INFO(name);
        CHECK(with_header({{"alg", in_quotes(name)}}) == "refused");
        CHECK(forged([&](const std::string& token) {
                  return b64(R"({"alg":")" + std::string(name) + R"(","kid":"one"})") +
                         without_signature(token).substr(token.find('.'));
              }) == "refused");
    }
    for (const char* value : {"", "null", "1", "[\"RS256\"]"}) {
        CHECK(with_header({{"alg", value}}) == "refused");
    }
}

TEST_CASE("an algorithm that the provider does not use is refused",
          "[oidc][token][mutant:token-algorithm]") {
    LoginBench bench;
    bench.provider.metadata["id_token_signing_alg_values_supported"] = R"(["ES256"])";
    CHECK(bench.outcome() == "refused");
    for (const char* name : {"RS512", "RS384", "HS256", "rs256", "ES256K", "ES512", "PS512"}) {
        CHECK(with_header({{"alg", in_quotes(name)}}) == "refused");
    }
}

TEST_CASE("a public key is no HMAC key", "[oidc][token]") {
    // oidcc-client-test-invalid-sig-hs256
    LoginBench bench;
    const std::string jwk = bench.provider.keys.front();
    const std::string pem = rsa_public_pem();
    std::string der_text;
    for (std::size_t at = pem.find('\n') + 1; pem[at] != '-'; ++at) {
        if (pem[at] != '\n') der_text += pem[at];
    }
    const core::Bytes der = *core::from_base64(der_text);
    for (const core::ByteView key : {core::bytes_of(pem), core::ByteView(der), core::bytes_of(jwk),
                                     core::bytes_of(""), core::bytes_of("s3cret&more")}) {
        for (const char* algorithm : {"HS256", "RS256"}) {
            CHECK(forged([&](const std::string& token) {
                      const std::size_t dot = token.find('.') + 1;
                      const auto payload =
                          core::from_base64url(token.substr(dot, token.rfind('.') - dot));
                      return hmac_token(
                          key, R"({"alg":")" + std::string(algorithm) + R"(","kid":"one"})",
                          std::string(core::text_of(*payload)));
                  }) == "refused");
        }
    }
}

TEST_CASE("a changed signature or a changed token is refused",
          "[oidc][token][mutant:token-signature]") {
    // oidcc-client-test-invalid-sig-rs256, oidcc-client-test-invalid-sig-es256
    const auto with_flipped_bit = [](const std::string& token, std::size_t at) {
        std::string changed = token;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        return changed;
    };
    CHECK(forged([&](const std::string& token) {
              return with_flipped_bit(token, token.size() - 20);
          }) == "refused");
    LoginBench other;
    other.key = &other_rsa_key();
    CHECK(other.outcome() == "refused");
    LoginBench elliptic;
    elliptic.key = &p256_key();
    elliptic.header["alg"] = in_quotes("ES256");
    elliptic.provider.keys = {p256_key().jwk("one")};
    const auto honest = elliptic.provider.make_token;
    elliptic.provider.make_token = [&](const JsonMembers& form) {
        const std::string token = honest(form);
        return with_flipped_bit(token, token.rfind('.') + 10);
    };
    CHECK(elliptic.outcome() == "refused");
}

TEST_CASE("a key that comes with the token is not looked at", "[oidc][token]") {
    const std::string url = in_quotes("https://evil.example/keys");
    for (const JsonMembers& header :
         {JsonMembers{{"jku", url}}, JsonMembers{{"x5u", url}},
          JsonMembers{{"jwk", other_rsa_key().jwk("one")}}, JsonMembers{{"x5c", R"(["AAAA"])"}}}) {
        LoginBench bench;
        bench.key = &other_rsa_key();
        bench.header.insert(header.begin(), header.end());
        CHECK(bench.outcome() == "refused");
        CHECK(bench.provider.hits("evil.example/keys") == 0);
        bench.key = &rsa_key();
        CHECK(bench.outcome() == "logged in");
    }
}

TEST_CASE("a header that has to be understood is refused", "[oidc][token][mutant:token-critical]") {
    for (const char* value : {R"(["exp"])", R"(["b64"])", "[]", "null", R"("alg")"}) {
        CHECK(with_header({{"crit", value}}) == "refused");
    }
}

TEST_CASE("tokens of other types are refused", "[oidc][token][mutant:token-type]") {
    for (const char* type : {"at+jwt", "application/at+jwt", "logout+jwt", "dpop+jwt",
                             "secevent+jwt", "JWE", "", "JOSE", "J4T"}) {
        INFO(type);
        CHECK(with_header({{"typ", in_quotes(type)}}) == "refused");
    }
    CHECK(with_header({{"typ", "1"}}) == "refused");
    for (const char* type : {"JWT", "jwt"})
        CHECK(with_header({{"typ", in_quotes(type)}}) == "logged in");
}

TEST_CASE("a key id is a name and nothing else", "[oidc][token]") {
    for (const std::string& id : {std::string("../../keys"),
                                  std::string("/etc/passwd"),
                                  std::string("file:///dev/null"),
                                  std::string("' OR '1'='1"),
                                  std::string("one'; DROP TABLE users; --"),
                                  std::string("ONE"),
                                  std::string("one "),
                                  std::string(" one"),
                                  std::string("one\\u0000"),
                                  std::string("\\u0000one"),
                                  std::string("one\\u0000two"),
                                  std::string("*"),
                                  std::string("%"),
                                  std::string("o_e"),
                                  std::string("${jndi:ldap://evil.example/a}"),
                                  std::string("$(id)"),
                                  std::string("`id`"),
                                  std::string("|id"),
                                  std::string("one\\n"),
                                  std::string("https://evil.example/key"),
                                  std::string("\xc3\xb6ne"),
                                  std::string("\\ud83d\\ude00"),
                                  std::string("on\\u0435"),
                                  std::string("{}"),
                                  std::string("[]"),
                                  std::string("0"),
                                  std::string("-1"),
                                  std::string("true"),
                                  std::string("null"),
                                  std::string("undefined"),
                                  std::string("__proto__"),
                                  std::string("constructor"),
                                  std::string("%00"),
                                  std::string("%2e%2e%2f"),
                                  std::string("..\\\\..\\\\keys"),
                                  std::string("C:\\\\keys"),
                                  std::string("\\\\\\\\evil"),
                                  std::string("<script>"),
                                  std::string("\\\"}"),
                                  std::string("one,two"),
                                  std::string("one;two"),
                                  std::string("one&two"),
                                  std::string("one=two"),
                                  std::string("one#two"),
                                  std::string("one?two"),
                                  std::string("two"),
                                  std::string("on"),
                                  std::string("oneone"),
                                  std::string(256, 'a'),
                                  std::string("")}) {
        INFO(id);
        CHECK(with_header({{"kid", in_quotes(id)}}) == "refused");
    }
}

TEST_CASE("a key id of another type or of any length is refused",
          "[oidc][token][mutant:token-key-id]") {
    for (const char* value : {"1", "null", "{}", "[\"one\"]", "true"}) {
        CHECK(with_header({{"kid", value}}) == "refused");
    }
    LoginBench bench;
    bench.header["kid"] = in_quotes(std::string(257, 'a'));
    CHECK(bench.outcome() == "refused");
    CHECK(bench.message.find("too long") != std::string::npos);
    CHECK(bench.provider.hits("/keys") <= 1);
}

TEST_CASE("only the compact form is taken, and only in strict base64url", "[oidc][token]") {
    const std::function<std::string(const std::string&)> forgeries[] = {
        [](const std::string&) { return ""; },
        [](const std::string&) { return "."; },
        [](const std::string&) { return ".."; },
        [](const std::string&) { return "..."; },
        [](const std::string& token) { return token + "."; },
        [](const std::string& token) { return "." + token; },
        [](const std::string& token) { return token + ".AAAA"; },
        [](const std::string& token) { return token + ".AAAA.AAAA"; },  // as a JWE has it
        [](const std::string& token) { return token + "="; },
        [](const std::string& token) { return token + " "; },
        [](const std::string& token) { return " " + token; },
        [](const std::string& token) { return token + "\\n"; },
        [](const std::string& token) { return token + "A"; },
        [](const std::string& token) { return without_signature(token); },
        [](const std::string& token) { return token.substr(0, token.rfind('.')); },
        [](const std::string& token) { return token.substr(token.find('.')); },
        [](const std::string& token) { return token + "~" + token; },
    };
    for (const auto& forge : forgeries) CHECK(forged(forge) == "refused");
    // JSON serialization, with one signature and with two.
    for (
        const char* json :
        {R"({\"payload\":\"e30\",\"protected\":\"e30\",\"signature\":\"AAAA\"})",
         R"({\"payload\":\"e30\",\"signatures\":[{\"protected\":\"e30\",\"signature\":\"AA\"}]})"}) {
        CHECK(forged([&](const std::string&) { return json; }) == "refused");
    }
}

TEST_CASE("a claim or header that comes twice makes the token void",
          "[oidc][token][mutant:json-duplicate]") {
    LoginBench bench;
    bench.claims["iss"] += R"(,"sub":"victim")";
    CHECK(bench.outcome() == "refused");
    LoginBench twice;
    twice.header["alg"] = R"("none","alg":"RS256")";
    CHECK(twice.outcome() == "refused");
}

TEST_CASE("claims that are no sane JSON object are refused", "[oidc][token]") {
    for (const std::string& payload :
         {std::string(), std::string("null"), std::string("[]"), std::string("\"text\""),
          std::string("{"), std::string("{} {}"), std::string("{\"a\":1,}"),
          std::string("{\"a\":\"\xff\"}"), std::string("{\"a\":NaN}"), std::string("{'a':1}"),
          "{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}"}) {
        LoginBench bench;
        bench.provider.make_token = [&](const JsonMembers&) {
            return signed_token(rsa_key(), "RS256", R"({"alg":"RS256","kid":"one"})", payload);
        };
        CHECK(bench.outcome() == "refused");
    }
}

TEST_CASE("a token of more than 16 KiB is not looked at", "[oidc][token][mutant:token-size]") {
    LoginBench bench;
    bench.claims["groups"] = in_quotes(std::string(16 * 1024, 'a'));
    CHECK(bench.outcome() == "refused");
    bench.claims["groups"] = in_quotes(std::string(8 * 1024, 'a'));
    CHECK(bench.outcome() == "logged in");
}

}  // namespace sparekey::tests
