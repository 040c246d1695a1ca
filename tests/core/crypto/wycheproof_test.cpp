// Wycheproof's vectors (tests/vectors/wycheproof, with source and licence) against each primitive.
#include "core/crypto/aead.h"
#include "core/crypto/ecdsa.h"
#include "core/crypto/hash.h"
#include "core/crypto/hmac.h"
#include "core/crypto/keypair.h"
#include "core/crypto/rsa.h"

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

namespace sparekey::core {
namespace {

namespace json = boost::json;

struct Vector {
    const json::object& group;
    const json::object& test;

    Bytes bytes(std::string_view name) const {
        const auto decoded = from_hex(test.at(name).as_string());
        REQUIRE(decoded);
        return *decoded;
    }
    bool valid() const { return test.at("result").as_string() == "valid"; }
};

/// Runs `check` on each vector of the file, which must announce as many as it holds.
std::size_t each_vector(const std::string& file, const std::function<void(const Vector&)>& check) {
    std::ifstream stream(std::string(SPAREKEY_VECTORS "/wycheproof/") + file);
    REQUIRE(stream);
    std::stringstream text;
    text << stream.rdbuf();
    const json::value document = json::parse(text.str());
    std::int64_t seen = 0;
    for (const json::value& group : document.at("testGroups").as_array()) {
        for (const json::value& test : group.at("tests").as_array()) {
            INFO(file << " vector " << test.at("tcId").as_int64());
            check({group.as_object(), test.as_object()});
            ++seen;
        }
    }
    CHECK(seen == document.at("numberOfTests").as_int64());
    std::cout << file << ": " << seen << " vectors\n";
    return static_cast<std::size_t>(seen);
}

void check_hmac(const std::string& file, HmacHash hash) {
    std::size_t refused = 0;
    each_vector(file, [&](const Vector& vector) {
        Bytes tag = hmac(hash, vector.bytes("key"), vector.bytes("msg"));
        tag.resize(static_cast<std::size_t>(vector.group.at("tagSize").as_int64()) / 8);
        const bool same = tag == vector.bytes("tag");
        CHECK(same == vector.valid());
        refused += same ? 0 : 1;
    });
    CHECK(refused > 0);
}

}  // namespace

TEST_CASE("XChaCha20-Poly1305 agrees with Wycheproof", "[core][aead][vectors]") {
    std::size_t refused = 0;
    each_vector("xchacha20_poly1305_test.json", [&](const Vector& vector) {
        const Bytes key = vector.bytes("key");
        const Bytes nonce = vector.bytes("iv");
        const Bytes message = vector.bytes("msg");
        const Bytes associated = vector.bytes("aad");
        Bytes sealed = nonce;
        for (const char* part : {"ct", "tag"}) {
            const Bytes bytes = vector.bytes(part);
            sealed.insert(sealed.end(), bytes.begin(), bytes.end());
        }
        if (nonce.size() != aead::kNonceSize) {
            CHECK(!vector.valid());  // the type has no room for another nonce size
            return;
        }
        const aead::KeyView key_view(key.data(), aead::kKeySize);
        const auto opened = aead::open(key_view, sealed, associated);
        CHECK(opened.has_value() == vector.valid());
        if (!opened) {
            ++refused;
            return;
        }
        CHECK(equal_constant_time(opened->expose(), message));
        const std::span<const std::uint8_t, aead::kNonceSize> nonce_view(nonce.data(),
                                                                         aead::kNonceSize);
        CHECK(aead::seal_with_nonce(key_view, nonce_view, message, associated) == sealed);
    });
    CHECK(refused > 0);
}

TEST_CASE("HKDF-SHA256 agrees with Wycheproof", "[core][hkdf][vectors]") {
    each_vector("hkdf_sha256_test.json", [](const Vector& vector) {
        const auto size = static_cast<std::size_t>(vector.test.at("size").as_int64());
        Bytes out(size);
        const Bytes key = vector.bytes("ikm");
        const Bytes salt = vector.bytes("salt");
        const Bytes info = vector.bytes("info");
        if (!vector.valid()) {  // more than 255 blocks
            CHECK_THROWS_AS(hkdf_sha256(key, salt, info, out), SystemFailure);
            return;
        }
        hkdf_sha256(key, salt, info, out);
        CHECK(out == vector.bytes("okm"));
    });
}

TEST_CASE("HMAC with SHA-1, SHA-256 and SHA-512 agrees with Wycheproof", "[core][hmac][vectors]") {
    check_hmac("hmac_sha1_test.json", HmacHash::sha1);
    check_hmac("hmac_sha256_test.json", HmacHash::sha256);
    check_hmac("hmac_sha512_test.json", HmacHash::sha512);
    each_vector("hmac_sha256_test.json", [](const Vector& vector) {
        const Hash tag = hmac_sha256(vector.bytes("key"), {vector.bytes("msg")});
        const Bytes wanted = vector.bytes("tag");
        CHECK(std::equal(wanted.begin(), wanted.end(), tag.begin()) == vector.valid());
        HmacSha256 many(vector.bytes("key"));
        CHECK(many.of({vector.bytes("msg")}) == tag);
        CHECK(many.of({vector.bytes("msg")}) == tag);
    });
}

TEST_CASE("Ed25519 signatures agree with Wycheproof", "[core][ed25519][vectors]") {
    std::size_t accepted = 0;
    each_vector("ed25519_test.json", [&](const Vector& vector) {
        const Bytes key = *from_hex(vector.group.at("publicKey").as_object().at("pk").as_string());
        const Bytes signature = vector.bytes("sig");
        if (key.size() != 32 || signature.size() != 64) {
            CHECK(!vector.valid());
            return;
        }
        SigningPublicKey public_key;
        Signature fixed;
        std::copy(key.begin(), key.end(), public_key.begin());
        std::copy(signature.begin(), signature.end(), fixed.begin());
        const bool good = verify(public_key, "", vector.bytes("msg"), fixed);
        CHECK(good == vector.valid());
        accepted += good ? 1 : 0;
    });
    CHECK(accepted > 50);
}

TEST_CASE("ECDSA signatures on P-256 agree with Wycheproof", "[core][ecdsa][vectors]") {
    std::size_t accepted = 0;
    each_vector("ecdsa_secp256r1_sha256_p1363_test.json", [&](const Vector& vector) {
        const json::object& named = vector.group.at("publicKey").as_object();
        const EcdsaPublicKey key{Curve::p256, *from_hex(named.at("uncompressed").as_string())};
        const Bytes both = vector.bytes("sig");
        const auto middle = both.begin() + static_cast<std::ptrdiff_t>(both.size() / 2);
        // That a signature has two numbers of 32 bytes is the encoding's business, not ours.
        const bool good =
            both.size() == 64 &&
            ecdsa_verify(key, vector.bytes("msg"), {{both.begin(), middle}, {middle, both.end()}});
        CHECK(good == vector.valid());
        accepted += good ? 1 : 0;
    });
    CHECK(accepted > 100);
}

TEST_CASE("RSA signatures agree with Wycheproof", "[core][rsa][vectors]") {
    std::size_t accepted = 0;
    each_vector("rsa_signature_2048_sha256_test.json", [&](const Vector& vector) {
        const json::object& named = vector.group.at("publicKey").as_object();
        const auto number = [&](std::string_view name) {
            Bytes bytes = *from_hex(named.at(name).as_string());
            if (!bytes.empty() && bytes.front() == 0) bytes.erase(bytes.begin());
            return bytes;
        };
        const RsaPublicKey key{number("modulus"), number("publicExponent")};
        const bool good =
            rsa_verify(key, RsaHash::sha256, vector.bytes("msg"), vector.bytes("sig"));
        if (vector.test.at("result").as_string() != "acceptable") CHECK(good == vector.valid());
        accepted += good ? 1 : 0;
    });
    CHECK(accepted > 5);
}

}  // namespace sparekey::core
