// SSH keys: made, written, read back, used; and what is refused.
#include "core/ssh/private_key.h"

#include "tests/core/ssh/ssh_examples.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

using namespace tests;

struct Rfc8032 {
    std::string seed, point, message, signature;
};
/// RFC 8032 section 7.1, tests 1 to 3.
const Rfc8032 kExamples[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
};

Result<SshPrivateKey> read(const WireWriter& written) {
    WireReader reader(written.expose());
    auto key = SshPrivateKey::read(reader);
    if (key) CHECK(reader.at_end());
    return key;
}

WireWriter ed25519(ByteView seed, ByteView point, ByteView point_again) {
    WireWriter writer;
    writer.text("ssh-ed25519").string(point);
    writer.number(64).raw(seed).raw(point_again);
    return writer;
}

std::uint32_t flags_for(const SshPrivateKey& key) {
    return key.kind() == SshKeyKind::rsa ? kSignRsaSha512 : 0;
}

}  // namespace

TEST_CASE("Ed25519 keys sign as RFC 8032 shows", "[core][ssh][vectors]") {
    for (const Rfc8032& example : kExamples) {
        const Bytes point = *from_hex(example.point);
        const auto key = read(ed25519(*from_hex(example.seed), point, point));
        REQUIRE(key);
        const Bytes signature = key->sign(*from_hex(example.message), 0).value();
        WireReader reader(signature);
        CHECK(reader.text().value() == "ssh-ed25519");
        CHECK(to_hex(reader.string().value()) == example.signature);
        CHECK(reader.at_end());
    }
}

TEST_CASE("a key of every kind signs, and reads back as it was written", "[core][ssh]") {
    for (const SshPrivateKey& key : example_keys()) {
        INFO(wire_name(key.kind()));
        WireWriter writer;
        key.write(writer);
        const auto again = read(writer);
        REQUIRE(again);
        CHECK(again->public_key() == key.public_key());
        CHECK(equal_constant_time(wire_of(*again).expose(), writer.expose()));

        const Bytes data = *from_hex("00112233");
        Bytes signature = again->sign(data, flags_for(key)).value();
        CHECK(key.public_key().verify(data, signature));
        CHECK_FALSE(key.public_key().verify(Bytes{}, signature));
        for (const SshPrivateKey& other : example_keys()) {
            const bool same = other.public_key() == key.public_key();
            CHECK(other.public_key().verify(data, signature) == same);
        }
        signature.push_back(0);
        CHECK_FALSE(key.public_key().verify(data, signature));
    }
}

TEST_CASE("a public key reads back as blob and as line", "[core][ssh]") {
    for (const SshPrivateKey& key : example_keys()) {
        const SshPublicKey& shown = key.public_key();
        CHECK(SshPublicKey::parse(shown.blob()).value() == shown);
        CHECK(SshPublicKey::parse_line(shown.line("me@home")).value() == shown);
        CHECK(SshPublicKey::parse_line(shown.line("")).value() == shown);
        Bytes longer = shown.blob();
        longer.push_back(0);
        CHECK_FALSE(SshPublicKey::parse(longer));
        for (std::size_t size = 0; size + 1 < longer.size(); ++size) {
            REQUIRE_FALSE(SshPublicKey::parse(ByteView(longer).first(size)));
        }
    }
    CHECK_FALSE(SshPublicKey::parse_line(""));
    CHECK_FALSE(SshPublicKey::parse_line("ssh-ed25519"));
    CHECK_FALSE(SshPublicKey::parse_line("ssh-ed25519 !!!!"));
    const auto dss = SshPublicKey::parse(WireWriter().text("ssh-dss").bytes());
    CHECK(dss.error().message.find("ssh-dss") != std::string::npos);
}

TEST_CASE("a comment adds no line to an authorized_keys file", "[core][ssh]") {
    const std::string line = example_keys()[0].public_key().line("me\nssh-rsa AAAA evil\x1b[2J");
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1b') == std::string::npos);
}

TEST_CASE("halves of two keys are refused", "[core][ssh][mutant:ssh-key-halves]") {
    const Bytes seed = *from_hex(kExamples[0].seed);
    const Bytes own = *from_hex(kExamples[0].point);
    const Bytes other = *from_hex(kExamples[1].point);
    CHECK(read(ed25519(seed, own, own)));
    CHECK_FALSE(read(ed25519(seed, other, other)));
    CHECK_FALSE(read(ed25519(seed, own, other)));
    CHECK_FALSE(read(ed25519(seed, other, own)));

    SeededRandom random;
    const SecretBytes scalar = ecdsa_generate(Curve::p256, random);
    const Bytes point = ecdsa_public_key(Curve::p256, scalar.expose())->point;
    const SecretBytes stranger = ecdsa_generate(Curve::p256, random);
    const auto ecdsa = [&](const SecretBytes& secret) {
        WireWriter writer;
        writer.text("ecdsa-sha2-nistp256").text("nistp256").string(point).mpint(secret.expose());
        return writer;
    };
    CHECK(read(ecdsa(scalar)));
    CHECK_FALSE(read(ecdsa(stranger)));
}

TEST_CASE("RSA signs with the SHA-2 that is asked for, and never with SHA-1",
          "[core][ssh][mutant:ssh-sha-one]") {
    const SshPrivateKey& rsa = example_key(SshKeyKind::rsa);
    const Bytes data = {1, 2, 3};
    CHECK_FALSE(rsa.sign(data, 0));
    const auto algorithm = [&](std::uint32_t flags) {
        const Bytes signature = rsa.sign(data, flags).value();
        return std::string(WireReader(signature).text().value());
    };
    CHECK(algorithm(kSignRsaSha256) == "rsa-sha2-256");
    CHECK(algorithm(kSignRsaSha512) == "rsa-sha2-512");
    CHECK(algorithm(kSignRsaSha256 | kSignRsaSha512) == "rsa-sha2-256");

    const SshPrivateKey& ed25519_key = example_key(SshKeyKind::ed25519);
    CHECK(ed25519_key.sign(data, kSignRsaSha512));
    for (const std::uint32_t flags : {1U, 8U, 0x80000002U}) {
        CHECK_FALSE(rsa.sign(data, flags));
        CHECK_FALSE(ed25519_key.sign(data, flags));
    }
}

TEST_CASE("a signature named ssh-rsa is never good", "[core][ssh]") {
    const SshPrivateKey& rsa = example_key(SshKeyKind::rsa);
    const Bytes signature = rsa.sign({}, kSignRsaSha256).value();
    WireReader reader(signature);
    CHECK(reader.text());
    const Bytes renamed = WireWriter().text("ssh-rsa").string(reader.string().value()).bytes();
    CHECK_FALSE(rsa.public_key().verify({}, renamed));
}

}  // namespace sparekey::core
