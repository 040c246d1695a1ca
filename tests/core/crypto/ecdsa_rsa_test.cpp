// RFC 6979's keys and signatures, and the bounds of what is taken for a key.
#include "core/crypto/ecdsa.h"
#include "core/crypto/rsa.h"
#include "tests/core/ssh/composite_rsa.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace sparekey::core {
namespace {

struct Example {
    Curve curve;
    std::string x, point_x, point_y, r, s;
};

/// RFC 6979 A.2.5, A.2.6, A.2.7: the message "sample" under the curve's own hash.
const Example kExamples[] = {
    {Curve::p256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
     "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
     "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
     "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
     "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {Curve::p384,
     "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2e"
     "df5",
     "ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480b"
     "c13",
     "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264"
     "720",
     "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fab"
     "e46",
     "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628"
     "ac8"},
    {Curve::p521,
     "fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fc"
     "c1466f6d8fbec67db89ec0c08b0e996b83538",
     "01894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd371123d46e45db6b5d5370a7f20fb"
     "633155d38ffa16d2bd761dcac474b9a2f5023a4",
     "00493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a28a0db25741b5b34a828008b22acc"
     "23f924faafbd4d33f81ea66956dfeaa2bfdfcf5",
     "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152"
     "b534931d7d4e8455cc91f9b15bf05ec36e377fa",
     "00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff"
     "0777b1a20f8ccb1dccc43997f1ee0e44da4a67a"},
};

EcdsaPublicKey point_of(const Example& example) {
    return {example.curve, *from_hex("04" + example.point_x + example.point_y)};
}

}  // namespace

TEST_CASE("ECDSA keys and signatures agree with RFC 6979", "[core][ecdsa][vectors]") {
    const ByteView message = bytes_of("sample");
    for (const Example& example : kExamples) {
        const Bytes scalar = *from_hex(example.x);
        const EcdsaPublicKey key = ecdsa_public_key(example.curve, scalar).value();
        CHECK(key == point_of(example));
        CHECK(is_valid(key));
        EcdsaSignature signature{*from_hex(example.r), *from_hex(example.s)};
        CHECK(ecdsa_verify(key, message, signature));
        CHECK_FALSE(ecdsa_verify(key, bytes_of("simple"), signature));
        signature.s.back() ^= 1;
        CHECK_FALSE(ecdsa_verify(key, message, signature));
        CHECK(ecdsa_verify(key, message, ecdsa_sign(key, scalar, message).value()));
    }
}

TEST_CASE("an ECDSA key is drawn within its curve's range and from the given source",
          "[core][ecdsa]") {
    for (const Curve curve : {Curve::p256, Curve::p384, Curve::p521}) {
        tests::SeededRandom one(7), same(7), other(8);
        const SecretBytes scalar = ecdsa_generate(curve, one);
        CHECK(equal_constant_time(scalar.expose(), ecdsa_generate(curve, same).expose()));
        CHECK_FALSE(equal_constant_time(scalar.expose(), ecdsa_generate(curve, other).expose()));
        CHECK(is_valid(ecdsa_public_key(curve, scalar.expose()).value()));
        CHECK_FALSE(ecdsa_public_key(curve, Bytes{}));
        CHECK_FALSE(ecdsa_public_key(curve, Bytes(field_size(curve), 0)));
        CHECK_FALSE(ecdsa_public_key(curve, Bytes(field_size(curve), 0xff)));
    }
}

TEST_CASE("what is no point of the curve is no ECDSA key", "[core][ecdsa][mutant:ecdsa-point]") {
    for (const Example& example : kExamples) {
        EcdsaPublicKey key = point_of(example);
        key.point.back() ^= 1;
        CHECK_FALSE(is_valid(key));
        CHECK_FALSE(ecdsa_verify(key, bytes_of("sample"), {{1}, {1}}));
        CHECK_FALSE(is_valid({example.curve, Bytes(key.point.size(), 4)}));
    }
    CHECK_FALSE(is_valid({Curve::p256, {0}}));  // the point at infinity
    CHECK_FALSE(is_valid({Curve::p256, {}}));
}

TEST_CASE("an RSA key is as long as asked for, and its numbers belong together",
          "[core][rsa][mutant:rsa-numbers]") {
    const RsaKey key = rsa_generate(2048);
    const RsaKey other = rsa_generate(2048);
    CHECK(modulus_bits(key.public_key) == 2048);
    REQUIRE(check_key(key));
    const auto with = [&](SecretBytes RsaKey::*number, const SecretBytes& value) {
        RsaKey changed{key.public_key, key.exponent.clone(), key.p.clone(), key.q.clone(),
                       key.coefficient.clone()};
        changed.*number = value.clone();
        return changed;
    };
    CHECK_FALSE(check_key(with(&RsaKey::exponent, other.exponent)));
    CHECK_FALSE(check_key(with(&RsaKey::p, other.p)));
    CHECK_FALSE(check_key(with(&RsaKey::q, other.q)));
    CHECK_FALSE(check_key(with(&RsaKey::q, key.p)));
    CHECK_FALSE(check_key(with(&RsaKey::coefficient, other.coefficient)));
}

TEST_CASE("an RSA key whose factors are not prime is refused where it is taken in",
          "[core][rsa][mutant:rsa-primes]") {
    CHECK(check_primes(rsa_generate(2048)));
    const RsaKey damaged = tests::composite_rsa_key();
    REQUIRE(check_key(damaged));
    const auto checked = check_primes(damaged);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == ErrorCode::usage);
}

TEST_CASE("an RSA key of a wrong size or exponent is refused", "[core][rsa][mutant:rsa-size]") {
    const auto refused = [](std::size_t bytes, Bytes exponent) {
        return !check_public_key({Bytes(bytes, 0xff), std::move(exponent)});
    };
    const Bytes common = {1, 0, 1};
    CHECK_FALSE(refused(256, common));
    CHECK_FALSE(refused(2048, common));
    CHECK(refused(255, common));
    CHECK(refused(2049, common));
    CHECK(refused(256, {1}));
    CHECK(refused(256, {2}));
    CHECK(refused(256, {}));
    CHECK(refused(256, {1, 0, 0, 0, 0, 0, 0, 0, 1}));
    CHECK_FALSE(check_public_key({Bytes(256, 0xfe), common}));
    CHECK_FALSE(check_public_key({{}, common}));
}

TEST_CASE("an RSA signature is good for its message and its hash alone", "[core][rsa]") {
    const RsaKey key = rsa_generate(2048);
    const ByteView message = bytes_of("message");
    for (const RsaHash hash : {RsaHash::sha256, RsaHash::sha512}) {
        const RsaHash other = hash == RsaHash::sha256 ? RsaHash::sha512 : RsaHash::sha256;
        Bytes signature = rsa_sign(key, hash, message).value();
        CHECK(signature.size() == 256);
        CHECK(rsa_verify(key.public_key, hash, message, signature));
        CHECK_FALSE(rsa_verify(key.public_key, other, message, signature));
        CHECK_FALSE(rsa_verify(key.public_key, hash, bytes_of("massage"), signature));
        signature[100] ^= 1;
        CHECK_FALSE(rsa_verify(key.public_key, hash, message, signature));
    }
}

}  // namespace sparekey::core
