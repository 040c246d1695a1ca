// Folding and normalization: what may be a secret comes out as everything else does.
#include "core/text/unicode.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace sparekey::core {

TEST_CASE("what may be a secret is folded as everything else is", "[core][text]") {
    for (const std::string text : {"", "Sign in with GOOGLE",
                                   "\xc3\x9c"
                                   "BER",
                                   "Stra\xc3\x9f"
                                   "e",
                                   "\xef\xbc\xa7oogle", "e\xcc\x81",
                                   "a\xc2\xad"
                                   "b",
                                   "\xff\xfe", "A\xff"}) {
        INFO(text);
        CHECK(fold_secret(text).expose() == fold(text));
    }
    CHECK(fold("\xef\xbc\xa7oogle") == "google");
    CHECK(fold("E\xcc\x81") == "\xc3\xa9");
}

TEST_CASE("a master password is one, however it is composed", "[core][text]") {
    CHECK(text_of(nfkd("passe\xcc\x81").expose()) == "passe\xcc\x81");
    CHECK(text_of(nfkd("pass\xc3\xa9").expose()) == "passe\xcc\x81");
    CHECK(text_of(nfkd("\xff").expose()) == "\xff");
}

}  // namespace sparekey::core
