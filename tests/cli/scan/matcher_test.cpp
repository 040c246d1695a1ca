// The quick matcher finds what the plain one finds, and the secrets are whose they are.
#include "cli/scan/program/hyperscan_matcher.h"
#include "tests/core/leaks/plain_matcher.h"
#include "tests/support/spellings.h"

#include <catch2/catch_test_macros.hpp>

#include <set>

namespace sparekey::tests {
namespace {

using cli::scan::HyperscanMatcher;
using cli::scan::Patterns;
using cli::scan::ScanSecret;
using cli::scan::SecretSet;

const std::string kAnything = "abcdefghABCDEFGH0123456789!#$%&/\\\"' \t";

ScanSecret secret(const std::string& item, const std::string& value) {
    return {item, "password", core::SecretForm::text, core::SecretText::copy_of(value)};
}

using Found = std::set<std::pair<std::uint32_t, std::size_t>>;

Found found_by(core::LiteralMatcher& matcher, const std::string& text) {
    Found found;
    matcher.match(core::bytes_of(text),
                  [&](std::uint32_t literal, std::size_t end) { found.emplace(literal, end); });
    return found;
}

}  // namespace

TEST_CASE("thousands of secrets are found where each by itself is", "[cli][leaks]") {
    SeededRandom random;
    std::vector<std::string> secrets;
    SecretSet set;
    for (std::size_t i = 0; i < count(3000); ++i) {
        secrets.push_back(random_text(random, 8 + random.below(60), kAnything) + "#a1b2" +
                          std::to_string(i));
        if (secrets.back().front() == ' ' || secrets.back().front() == '\t')
            secrets.back()[0] = 'x';
        set.add(secret(std::to_string(i), secrets.back()));
    }
    REQUIRE(set.size() == secrets.size());
    const auto patterns = Patterns::compile(set);
    REQUIRE(patterns);
    HyperscanMatcher quick(*patterns);
    PlainMatcher plain(secrets);
    for (std::size_t i = 0; i < count(50); ++i) {
        std::string text;
        for (int part = 0; part < 10; ++part) {
            text += random_text(random, random.below(300), kAnything + "\n");
            text += secrets[random.below(secrets.size())];
            text += std::string(core::token_kinds()[random.below(core::first_secret())].mark);
        }
        INFO(text);
        REQUIRE(found_by(quick, text) == found_by(plain, text));
    }
    CHECK(found_by(quick, "").empty());
}

TEST_CASE("without a secret the marks of tokens are looked for", "[cli][leaks]") {
    const auto patterns = Patterns::compile(SecretSet());
    REQUIRE(patterns);
    HyperscanMatcher matcher(*patterns);
    CHECK(found_by(matcher, "x ghp_ y").size() == 1);
}

TEST_CASE("one value of several items is looked for once and belongs to all", "[cli][leaks]") {
    SecretSet set;
    set.add(secret("a", "K7#pq9Zx!v"));
    set.add(secret("b", "K7#pq9Zx!v"));
    set.add(secret("c", "short"));
    set.add(secret("d", "K7#pq9Zx!1\nK7#pq9Zx!2"));
    CHECK(set.size() == 3);
    CHECK(set.secrets() == 3);
    CHECK(set.too_common() == 1);
    REQUIRE(set.owners_of(0).size() == 2);
    CHECK(set.owner(set.owners_of(0)[0]).item == "a");
    CHECK(set.owner(set.owners_of(0)[1]).item == "b");
    CHECK_FALSE(set.owner(set.owners_of(0)[0]).has_several);
    CHECK(set.owner(set.owners_of(1)[0]).has_several);
    CHECK(set.owners_of(1) == set.owners_of(2));
}

TEST_CASE("secrets beyond one block of memory keep their place", "[cli][leaks]") {
    SeededRandom random;
    SecretSet set;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < 6000; ++i) {
        values.push_back(random_text(random, 100, kAnything) + "#a1b2");
        values.back().front() = 'x';
        set.add(secret("a", values.back()));
    }
    REQUIRE(set.size() == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        REQUIRE(core::text_of(set.needle(i)) == values[i]);
    }
}

}  // namespace sparekey::tests
