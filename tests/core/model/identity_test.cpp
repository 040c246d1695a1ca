#include "core/model/identity.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

std::string utf8(std::uint32_t point) {
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | (point >> shift & 0x3F)); };
    if (point < 0x800) return {static_cast<char>(0xC0 | point >> 6), tail(0)};
    if (point < 0x10000) return {static_cast<char>(0xE0 | point >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | point >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

TEST_CASE("an identity has one spelling", "[core][identity]") {
    CHECK(*normalize_identity("Google:Alice@Gmail.com") == "google:alice@gmail.com");
    CHECK(*normalize_identity("EMAIL:Al@Post.Example") == "email:al@post.example");
    CHECK(*normalize_identity("phone:+49 151-123 45") == "phone:+4915112345");
    CHECK(*normalize_identity("Device:Pixel") == "device:pixel");
    CHECK(*normalize_identity(" google: alice@gmail.com \n") == "google:alice@gmail.com");
    CHECK(*normalize_identity("google:\xc2\xad al \xc2\xad") == "google:al");
    CHECK(*normalize_identity("x-1:name:with:colons") == "x-1:name:with:colons");
    CHECK(*normalize_identity("oidc:HTTPS://ID.Example/Realm#SubJect") ==
          "oidc:https://id.example/realm#SubJect");
}

TEST_CASE("what is no identity is refused, naming the form", "[core][identity]") {
    struct Wrong {
        const char* text;
        const char* form;
    };
    const Wrong all[] = {
        {"alice", "KIND:NAME"},
        {"google:", "KIND:NAME"},
        {":alice", "KIND:NAME"},
        {"1x:alice", "KIND:NAME"},
        {"a_b:alice", "KIND:NAME"},
        {"a b:alice", "KIND:NAME"},
        {"google:  ", "KIND:NAME"},
        {"google:\xff", "KIND:NAME"},
        {"google:\xc2\xad", "KIND:NAME"},
        {"email:alice", "email:"},
        {"email:@post.example", "email:"},
        {"email:a@b@c", "email:"},
        {"email:alice@", "email:"},
        {"phone:015112345", "phone:+"},
        {"phone:+", "phone:+"},
        {"phone:+49x", "phone:+"},
        {"phone:4+9", "phone:+"},
        {"oidc:https://id", "oidc:"},
        {"oidc:#subject", "oidc:"},
        {"oidc:https://id#", "oidc:"},
    };
    for (const Wrong& wrong : all) {
        CAPTURE(wrong.text);
        const auto refused = normalize_identity(wrong.text);
        REQUIRE(!refused);
        CHECK(refused.error().code == ErrorCode::usage);
        CHECK(refused.error().hint.find(wrong.form) != std::string::npos);
    }
}

TEST_CASE("whatever letter a name has, its one spelling stays", "[core][identity]") {
    for (std::uint32_t point = 0x80; point < 0x11'0000; ++point) {
        if (point >= 0xD800 && point < 0xE000) continue;
        const auto identity = normalize_identity("google:a" + utf8(point));
        REQUIRE(identity);
        if (*normalize_identity(*identity) == *identity) continue;
        CAPTURE(point);
        CHECK(*normalize_identity(*identity) == *identity);
    }
}

TEST_CASE("a mailbox at Google or Apple is the account there, and no other is guessed",
          "[core][identity]") {
    CHECK(account_of("email:a@gmail.com") == "google:a@gmail.com");
    CHECK(account_of("email:a@googlemail.com") == "google:a@googlemail.com");
    CHECK(account_of("google:a@gmail.com") == "google:a@gmail.com");
    for (const char* domain : {"icloud.com", "me.com", "mac.com"}) {
        CHECK(account_of(std::string("email:a@") + domain) == std::string("apple:a@") + domain);
    }
    for (const char* other : {"email:a@post.example", "email:a@notgmail.com", "google:a@x.example",
                              "email:a@gmail.com.example", "phone:+49", "github:a@gmail.com"}) {
        CHECK(account_of(other) == other);
    }
}

}  // namespace sparekey::core
