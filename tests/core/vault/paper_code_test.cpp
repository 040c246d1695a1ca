#include "core/vault/paper_code.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace sparekey::core {
namespace {

struct Code {
    VaultId vault;
    Bytes secret;
    std::string text;
};

Code random_code(PaperKind kind) {
    tests::SeededRandom random;
    Code code{VaultId::random(random), Bytes(20), {}};
    random.fill(code.secret);
    code.text = std::string(paper_code(kind, code.vault, code.secret).expose());
    return code;
}

}  // namespace

TEST_CASE("a paper code reads back, however it is typed", "[core][vault]") {
    for (const PaperKind kind : {PaperKind::secret_key, PaperKind::recovery_code}) {
        const Code code = random_code(kind);
        CHECK(code.text.size() == 2 + 8 * 6);
        std::string lower, bare;
        for (const char c : code.text) {
            lower += static_cast<char>(std::tolower(c));
            if (c != '-') bare += c;
        }
        for (const std::string& typed :
             {code.text, lower, bare, bare.substr(2), " " + lower + "\n"}) {
            const auto parsed = parse_paper_code(kind, typed);
            REQUIRE(parsed);
            CHECK(equal_constant_time(parsed->secret.expose(), code.secret));
            CHECK(parsed->vault_hint == vault_hint(code.vault));
        }
    }
}

TEST_CASE("any one wrong character and any two swapped ones are caught", "[core][vault]") {
    const Code code = random_code(PaperKind::recovery_code);
    const std::string alphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
    std::string letters;
    for (const char c : code.text.substr(3)) {
        if (c != '-') letters += c;
    }
    std::size_t wrong = 0, swapped = 0;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        for (const char c : alphabet) {
            if (c == letters[i]) continue;
            std::string typed = letters;
            typed[i] = c;
            REQUIRE(parse_paper_code(PaperKind::recovery_code, typed).error().code ==
                    ErrorCode::usage);
            ++wrong;
        }
        for (std::size_t j = i + 1; j < letters.size(); ++j) {
            if (letters[i] == letters[j]) continue;
            std::string typed = letters;
            std::swap(typed[i], typed[j]);
            REQUIRE_FALSE(parse_paper_code(PaperKind::recovery_code, typed));
            ++swapped;
        }
    }
    CHECK(wrong == 40 * 31);
    CHECK(swapped > 600);
}

TEST_CASE("one kind of paper code is not taken for the other", "[core][vault]") {
    const Code code = random_code(PaperKind::secret_key);
    const auto refused = parse_paper_code(PaperKind::recovery_code, code.text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("Secret Key") != std::string::npos);
    CHECK_FALSE(parse_paper_code(PaperKind::recovery_code, code.text.substr(3)));
    CHECK_FALSE(parse_paper_code(PaperKind::recovery_code, ""));
    CHECK_FALSE(parse_paper_code(PaperKind::recovery_code, code.text + "Q"));
}

}  // namespace sparekey::core
