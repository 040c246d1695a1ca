// Well-known kinds of secret: what is one, and what only looks like one. Put together here from
// pieces, so that this file holds none.
#include "core/leaks/tokens.h"

#include "core/base/bytes.h"
#include "core/crypto/hash.h"
#include "core/vault/paper_shapes.h"
#include "tests/core/leaks/plain_matcher.h"
#include "tests/support/spellings.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

const std::string kAlphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const std::string kHex = "0123456789abcdef";
const std::string kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// "kind token" of each find.
std::vector<std::string> tokens_in(const std::string& text) {
    std::vector<std::string> found;
    for (const Place& place : places_in(text, {})) {
        found.push_back(std::string(core::token_kinds()[place.literal].name) + " " + place.token);
    }
    return found;
}

bool is_found(const std::string& kind, const std::string& token) {
    for (const std::string& text : {token, "x = \"" + token + "\";\n", "key:" + token + " # a"}) {
        if (tokens_in(text) == std::vector<std::string>{kind + " " + token}) continue;
        UNSCOPED_INFO(text);
        return false;
    }
    return true;
}

std::string base64url(const std::string& text) {
    return core::to_base64url(core::bytes_of(text));
}

std::string pem(const std::string& label, const std::string& der,
                const std::string& line_end = "\n") {
    const std::string body = core::to_base64(core::bytes_of(der));
    std::string text = "-----BEGIN " + label + "-----" + line_end;
    for (std::size_t at = 0; at < body.size(); at += 64) text += body.substr(at, 64) + line_end;
    return text + "-----END " + label + "-----" + line_end;
}

/// A sequence with a version and random bytes, as a key begins.
std::string der_key(SeededRandom& random, std::size_t size) {
    std::string inside =
        std::string("\x02\x01\0", 3) + random_text(random, size - 3, kAlphanumeric);
    return std::string("\x30\x82") + static_cast<char>(size >> 8) + static_cast<char>(size) +
           inside;
}

}  // namespace

TEST_CASE("tokens of well-known kinds are found", "[core][leaks]") {
    SeededRandom random;
    const auto some = [&](std::size_t size) { return token_text(random, size, kAlphanumeric); };
    for (std::size_t i = 0; i < 20; ++i) {
        const std::string github = github_token(random);
        CHECK(is_found("github-token", github));
        CHECK(is_found("npm-token", "npm_" + github.substr(4)));
        CHECK(is_found("github-token",
                       "github_"
                       "pat_" +
                           some(22) + "_" + some(59)));
        CHECK(is_found("gitlab-token", "glpat-" + some(20)));
        CHECK(is_found("aws-access-key",
                       "AK"
                       "IA" +
                           token_text(random, 16, kUpper + "234567")));
        CHECK(is_found("google-api-key",
                       "AI"
                       "za" +
                           some(35)));
        CHECK(is_found("stripe-key",
                       "sk_"
                       "live_" +
                           some(24)));
        CHECK(is_found("digitalocean-token",
                       "dop_"
                       "v1_" +
                           random_text(random, 64, kHex)));
        CHECK(is_found("slack-token",
                       "xox"
                       "b-123456789012-1234567890123-" +
                           some(24)));
        CHECK(is_found("sendgrid-key",
                       "SG"
                       "." +
                           some(22) + "." + some(43)));
        CHECK(is_found("pypi-token",
                       "pypi-"
                       "AgEIcHlwaS5vcmc" +
                           some(80)));
        CHECK(is_found("openai-key", "sk-" + some(20) +
                                         "T3Blbk"
                                         "FJ" +
                                         some(20)));
    }
    CHECK(tokens_in("https://hooks.slack.com/"
                    "services/T0A1B2C3D/B0A1B2C3D/" +
                    some(24))
              .size() == 1);
    CHECK(tokens_in("AccountKey"
                    "=" +
                    core::to_base64(core::bytes_of(some(64))))
              .size() == 1);
}

TEST_CASE("a vault's own codes on paper are found by their checksum", "[core][leaks]") {
    SeededRandom random;
    const std::pair<core::CodeShape, const char*> kinds[] = {
        {core::kSecretKeyShape, "sparekey-secret-key"},
        {core::kRecoveryCodeShape, "sparekey-recovery-code"},
        {core::kKitShareShape, "sparekey-kit-share"}};
    for (const auto& [shape, kind] : kinds) {
        core::Bytes symbols(shape.size);
        for (auto& symbol : symbols) symbol = static_cast<std::uint8_t>(random.below(32));
        const std::string code(core::write_code(shape, symbols).expose());
        CHECK(is_found(kind, code));
        std::string wrong = code;
        wrong.back() = wrong.back() == 'Q' ? 'P' : 'Q';
        CHECK(tokens_in(wrong).empty());
        CHECK(tokens_in(code.substr(0, code.size() - 1)).empty());
        CHECK(tokens_in("A" + code).empty());
        CHECK(tokens_in(code + "-AAAAA").empty());
    }
}

TEST_CASE("what only resembles a token is none", "[core][leaks][mutant:token-checksum]") {
    SeededRandom random;
    const std::string token = github_token(random);
    REQUIRE(tokens_in(token).size() == 1);
    std::string wrong = token;
    wrong[10] = wrong[10] == 'a' ? 'b' : 'a';
    CHECK(tokens_in(wrong).empty());
    CHECK(tokens_in("x" + token).empty());
    CHECK(tokens_in(token + "x").empty());
    CHECK(tokens_in(token.substr(0, token.size() - 1)).empty());
    for (const char* const text : {"AK"
                                   "IAIOSFODNN7EXAMPLE",
                                   "glpat-"
                                   "xxxxxxxxxxxxxxxxxxxx",
                                   "glpat-"
                                   "abcdefghijklmnopqrst",
                                   "sk_"
                                   "live_00000000000000000000000000",
                                   "ghp_", "AKIA", "eyJ", "-----BEGIN ", "xox",
                                   "xox"
                                   "b-your-token",
                                   "SG"
                                   ".short.short",
                                   "https://hooks.slack.com/services/T00000000/"}) {
        INFO(text);
        CHECK(tokens_in(text).empty());
    }
}

TEST_CASE("a JSON Web Token has a header that can be read",
          "[core][leaks][mutant:token-jwt-header]") {
    SeededRandom random;
    const std::string signature = token_text(random, 43, kAlphanumeric);
    const auto token = [&](const std::string& header, const std::string& claims) {
        return base64url(header) + "." + base64url(claims) + "." + signature;
    };
    CHECK(is_found("jwt", token(R"({"alg":"RS256"})", R"({"sub":"alice"})")));
    CHECK(tokens_in(token(R"({"typ":"JWT"})", R"({"sub":"alice"})")).empty());
    CHECK(tokens_in(token(R"({"alg":"none"})", R"({"sub":"alice"})")).empty());
    CHECK(tokens_in(token(R"({"alg":"HS256"})", R"({"sub":"1234567890"})")).empty());
    CHECK(tokens_in(token(R"({"alg":"HS256"})", "text")).empty());
    CHECK(tokens_in("eyJhbGciOi.eyJ.short").empty());
    const std::string content = base64url(R"({"alg":"HS256"})") + "." + base64url("{\"a\":1}");
    const auto signed_with = [&](const char* key) {
        return content + "." +
               core::to_base64url(
                   core::hmac_sha256(core::bytes_of(key), {core::bytes_of(content)}));
    };
    CHECK(tokens_in(signed_with("secret")).empty());
    CHECK(tokens_in(signed_with("K7#pq9Zx")).size() == 1);
}

TEST_CASE("a private key has a body that fits", "[core][leaks][mutant:token-key-body]") {
    SeededRandom random;
    const std::string key = der_key(random, 300);
    for (const char* const label : {"RSA PRIVATE "
                                    "KEY",
                                    "PRIVATE "
                                    "KEY",
                                    "EC PRIVATE "
                                    "KEY"}) {
        CHECK(tokens_in(pem(label, key)).size() == 1);
    }
    CHECK(tokens_in(pem("PRIVATE "
                        "KEY",
                        key, "\\n"))
              .size() == 1);
    CHECK(tokens_in(pem("PRIVATE "
                        "KEY",
                        key, "\\n\"\n    \""))
              .size() == 1);
    CHECK(tokens_in(pem("PRIVATE "
                        "KEY",
                        key.substr(0, 200)))
              .empty());
    CHECK(tokens_in(pem("ENCRYPTED PRIVATE "
                        "KEY",
                        "\x30\x82\x01\x00\x30" + key))
              .empty());
    CHECK(tokens_in(pem("PUBLIC KEY", key)).empty());
    CHECK(tokens_in(pem("PRIVATE "
                        "KEY",
                        "..."))
              .empty());
    CHECK(tokens_in("-----BEGIN RSA PRIVATE "
                    "KEY-----\nProc-Type: 4,ENCRYPTED\n\n" +
                    core::to_base64(core::bytes_of(key)) +
                    "\n-----END RSA PRIVATE "
                    "KEY-----")
              .empty());
    CHECK(tokens_in("grep -- \"-----BEGIN RSA PRIVATE "
                    "KEY-----\" file")
              .empty());
    std::string open = std::string("openssh-key-v1\0\0\0\0\4none\0\0\0\4none", 31) + key;
    CHECK(tokens_in(pem("OPENSSH PRIVATE "
                        "KEY",
                        open))
              .size() == 1);
    open.replace(15, 8, std::string("\0\0\0\4aes2", 8));
    CHECK(tokens_in(pem("OPENSSH PRIVATE "
                        "KEY",
                        open))
              .empty());
}

TEST_CASE("a token is found in an encoding beside secrets", "[core][leaks]") {
    SeededRandom random;
    const std::string token = github_token(random);
    const std::string text = "data: " + core::to_base64(core::bytes_of(token));
    const auto places = places_in(text, {"K7#pq9Zx"});
    REQUIRE(places.size() == 1);
    CHECK(places[0].token == token);
    CHECK(places[0].at == 6);
}

}  // namespace sparekey::tests
