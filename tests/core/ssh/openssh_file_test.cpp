// OpenSSH's private key files: read back, damaged, and of kinds that are not taken.
#include "core/ssh/openssh_file.h"

#include "core/crypto/aes.h"
#include "core/crypto/hash.h"
#include "core/secret/base64.h"
#include "tests/core/ssh/ssh_examples.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace sparekey::core {
namespace {

using namespace tests;

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----\n";

std::string file_of(const SshPrivateKey& key) {
    SeededRandom random;
    return std::string(write_openssh_file(key, "a comment", random).expose());
}

Bytes inside(std::string_view file) {
    file.remove_prefix(kBegin.size());
    file.remove_suffix(kEnd.size());
    const auto bytes = secret_from_base64(file);
    REQUIRE(bytes);
    return {bytes->expose().begin(), bytes->expose().end()};
}

std::string armoured(ByteView bytes) {
    return std::string(kBegin) + to_base64(bytes) + "\n" + std::string(kEnd);
}

/// Refused, or the same key in every bit.
bool refused_or_equal(std::string_view file, const SshPrivateKey& key) {
    const auto parsed = parse_openssh_file(file);
    return !parsed || equal_constant_time(wire_of(parsed->key).expose(), wire_of(key).expose());
}

bool mentions(const Error& error, std::string_view part) {
    return (error.message + error.hint).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a key file of every kind reads back with its comment", "[core][ssh]") {
    for (const SshPrivateKey& key : example_keys()) {
        const std::string file = file_of(key);
        const auto parsed = parse_openssh_file(file);
        REQUIRE(parsed);
        CHECK(parsed->comment == "a comment");
        CHECK(equal_constant_time(wire_of(parsed->key).expose(), wire_of(key).expose()));
        std::string windows;
        for (const char c : file) windows += c == '\n' ? "\r\n" : std::string(1, c);
        CHECK(parse_openssh_file("\n  " + windows + " \n"));
    }
}

TEST_CASE("a truncated key file is refused", "[core][ssh][damage]") {
    for (const SshPrivateKey& key : example_keys()) {
        const std::string file = file_of(key);
        for (std::size_t size = 0; size + 1 < file.size(); ++size) {
            REQUIRE_FALSE(parse_openssh_file(file.substr(0, size)));
        }
        const Bytes bytes = inside(file);
        REQUIRE(parse_openssh_file(armoured(bytes)));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            REQUIRE_FALSE(parse_openssh_file(armoured(ByteView(bytes).first(size))));
        }
        Bytes longer = bytes;
        longer.push_back(0);
        CHECK_FALSE(parse_openssh_file(armoured(longer)));
    }
}

TEST_CASE("a flipped bit in a key file is refused or changes nothing of the key",
          "[core][ssh][damage]") {
    SeededRandom random;
    std::size_t refused = 0;
    for (const SshPrivateKey& key : example_keys()) {
        const std::string file = file_of(key);
        const Bytes bytes = inside(file);
        for (std::size_t i = 0; i < count(1000); ++i) {
            Bytes flipped = bytes;
            flipped[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
            if (!parse_openssh_file(armoured(flipped))) ++refused;
            REQUIRE(refused_or_equal(armoured(flipped), key));
            std::string text = file;
            char& c = text[random.below(text.size())];
            c = static_cast<char>(c ^ static_cast<char>(1U << random.below(8)));
            REQUIRE(refused_or_equal(text, key));
        }
    }
    CHECK(refused > count(1000));
}

TEST_CASE("a key file whose outer public key is another's is refused",
          "[core][ssh][mutant:ssh-outer-key]") {
    SeededRandom random(seed() + 1);  // not the one that made the examples
    const SshPrivateKey& key = example_key(SshKeyKind::ed25519);
    const SshPrivateKey other = SshPrivateKey::generate(SshKeyKind::ed25519, random);
    Bytes bytes = inside(file_of(key));
    const Bytes blob = key.public_key().blob();
    const Bytes strange = other.public_key().blob();
    const auto at = std::search(bytes.begin(), bytes.end(), blob.begin(), blob.end());
    REQUIRE(at != bytes.end());
    std::copy(strange.begin(), strange.end(), at);
    CHECK_FALSE(parse_openssh_file(armoured(bytes)));
}

TEST_CASE("other formats are refused with the way to this one", "[core][ssh]") {
    const auto refusal = [](std::string_view text) {
        const auto parsed = parse_openssh_file(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().code == ErrorCode::usage);
        return parsed.error();
    };
    CHECK(mentions(refusal("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\n"),
                   "ssh-keygen -p"));
    CHECK(mentions(refusal("-----BEGIN PRIVATE KEY-----\n"), "ssh-keygen -p"));
    CHECK(mentions(refusal("PuTTY-User-Key-File-3: ssh-ed25519\n"), "puttygen"));
    CHECK(mentions(refusal("ssh-ed25519 AAAA me"), "public key"));
    CHECK(mentions(refusal(""), "no SSH private key"));
    CHECK(mentions(refusal(std::string(kLargestSshFile + 1, 'A')), "64 KiB"));

    const auto with_head = [](std::string_view cipher, std::string_view derivation) {
        WireWriter writer;
        writer.raw(bytes_of(std::string_view("openssh-key-v1\0", 15)));
        writer.text(cipher).text(derivation).text("").number(1).text("").text("");
        return armoured(writer.bytes());
    };
    CHECK(mentions(refusal(with_head("aes256-gcm@openssh.com", "bcrypt")), "unusual"));
    CHECK(mentions(refusal(with_head("none", "bcrypt")), "ssh-keygen -p"));
    CHECK(mentions(refusal(with_head("none", "none")), "malformed"));
}

namespace {

/// Of the passphrase "right", as far as these tests go.
SecretBytes key_of(std::string_view passphrase, std::size_t size) {
    SecretBytes key(size);
    const Hash hash = sha256(bytes_of(passphrase));
    for (std::size_t i = 0; i < size; ++i) key.expose_mutable()[i] = hash[i % hash.size()];
    return key;
}

DerivePassphraseKey deriving_from(std::string_view passphrase) {
    return [passphrase](const PassphraseHashing& hashing) -> Result<SecretBytes> {
        return key_of(passphrase, hashing.size);
    };
}

/// The key's file under that passphrase. In counter mode to decrypt is to encrypt.
Bytes protected_file(const SshPrivateKey& key, std::uint32_t rounds) {
    WireWriter section;
    section.number(7).number(7);
    key.write(section);
    section.text("");
    for (std::uint8_t pad = 1; section.size() % kAesBlock != 0; ++pad) section.byte(pad);
    const SecretBytes secret = key_of("right", 48);
    const SecretBytes encrypted =
        aes256_decrypt(AesMode::ctr, secret.expose().first<32>(),
                       secret.expose().subspan<32, kAesBlock>(), section.expose());
    WireWriter file;
    file.raw(bytes_of(std::string_view("openssh-key-v1\0", 15)));
    file.text("aes256-ctr").text("bcrypt");
    file.string(WireWriter().string(Bytes(16, 3)).number(rounds).expose()).number(1);
    file.string(key.public_key().blob()).string(encrypted.expose());
    return file.bytes();
}

}  // namespace

TEST_CASE("a key file with a passphrase opens by it alone", "[core][ssh]") {
    const SshPrivateKey& key = example_key(SshKeyKind::ed25519);
    const std::string file = armoured(protected_file(key, 16));
    CHECK(has_passphrase(file));
    CHECK_FALSE(has_passphrase(file_of(key)));
    CHECK_FALSE(has_passphrase("nonsense"));
    const auto opened = parse_openssh_file(file, deriving_from("right"));
    REQUIRE(opened);
    CHECK(equal_constant_time(wire_of(opened->key).expose(), wire_of(key).expose()));
    CHECK(parse_openssh_file(file, deriving_from("wrong")).error().code == ErrorCode::locked);
    CHECK(parse_openssh_file(file).error().code == ErrorCode::usage);
    const auto short_key = [](const PassphraseHashing&) -> Result<SecretBytes> {
        return SecretBytes(47);
    };
    CHECK_FALSE(parse_openssh_file(file, short_key));
}

TEST_CASE("a damaged key file with a passphrase is refused or gives the same key",
          "[core][ssh][damage]") {
    SeededRandom random;
    const SshPrivateKey& key = example_key(SshKeyKind::ed25519);
    const Bytes bytes = protected_file(key, 16);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        REQUIRE_FALSE(
            parse_openssh_file(armoured(ByteView(bytes).first(size)), deriving_from("right")));
    }
    for (std::size_t i = 0; i < count(1000); ++i) {
        Bytes flipped = bytes;
        flipped[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
        const auto opened = parse_openssh_file(armoured(flipped), deriving_from("right"));
        if (!opened) continue;
        REQUIRE(equal_constant_time(wire_of(opened->key).expose(), wire_of(key).expose()));
    }
}

TEST_CASE("a key derivation that would take for ever is never begun",
          "[core][ssh][mutant:ssh-rounds]") {
    bool begun = false;
    const auto derive = [&](const PassphraseHashing& hashing) -> Result<SecretBytes> {
        begun = true;
        return key_of("right", hashing.size);
    };
    for (const std::uint32_t rounds : {0U, 4097U, 0xffffffffU}) {
        const std::string file = armoured(protected_file(example_key(SshKeyKind::ed25519), rounds));
        CHECK_FALSE(parse_openssh_file(file, derive));
        CHECK_FALSE(begun);
    }
    const std::string most = armoured(protected_file(example_key(SshKeyKind::ed25519), 4096));
    CHECK(parse_openssh_file(most, derive));
    CHECK(begun);
}

}  // namespace sparekey::core
