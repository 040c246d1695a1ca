// One search for many secrets, in all encodings, at any place, in windows of any size.
#include "core/leaks/text_search.h"

#include "core/leaks/fingerprint.h"
#include "tests/core/leaks/plain_matcher.h"
#include "tests/support/spellings.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>

namespace sparekey::tests {
namespace {

const std::string kAnything =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&()*+,-./:;=?@[]^_{|}~ ";

struct Hidden {
    std::string text;
    std::vector<std::size_t> counts;  // how often each secret stands in it
};

/// Secrets in all spellings, between lines of anything.
Hidden hide(SeededRandom& random, const std::vector<std::string>& secrets, std::size_t times) {
    Hidden hidden{"", std::vector<std::size_t>(secrets.size(), 0)};
    for (std::size_t i = 0; i < times; ++i) {
        const std::size_t which = random.below(secrets.size());
        ++hidden.counts[which];
        hidden.text += random_text(random, random.below(200), kAnything + "\n") + "\n\"";
        hidden.text +=
            spelled(random, secrets[which], static_cast<Spelling>(random.below(kSpellings)));
        hidden.text += "\"\n";
    }
    return hidden;
}

std::vector<std::string> some_secrets(SeededRandom& random) {
    std::vector<std::string> secrets;
    for (int i = 0; i < 8; ++i) {
        // Never within another, and with a character that is escaped.
        secrets.push_back(random_text(random, 4 + random.below(20), kAnything) + "#" +
                          random_text(random, 6, kAnything) + "%" + std::to_string(i));
    }
    return secrets;
}

/// Searched in windows of `size` bytes, as a file that is read piece by piece is.
std::vector<std::size_t> counts_in_windows(const std::string& text,
                                           const std::vector<std::string>& secrets,
                                           std::size_t size) {
    PlainMatcher matcher(secrets);
    core::EncodedShapes shapes;
    for (const std::string& secret : secrets) shapes.note(core::bytes_of(secret));
    core::TextSearch search(matcher, shapes);
    std::vector<std::size_t> counts(secrets.size(), 0);
    for (std::size_t begin = 0; begin < text.size(); begin += size) {
        const std::size_t from = begin - std::min(begin, core::kMargin);
        const std::size_t end = std::min(text.size(), begin + size);
        const std::size_t to = std::min(text.size(), end + core::kMargin);
        const core::ByteView seen = core::bytes_of(text).subspan(from, to - from);
        search.search({seen, begin - from, end - from}, [&](const core::Hit& hit) {
            if (hit.literal >= core::first_secret()) ++counts[hit.literal - core::first_secret()];
        });
    }
    return counts;
}

}  // namespace

TEST_CASE("every secret is found in every encoding, once", "[core][leaks]") {
    SeededRandom random;
    for (std::size_t i = 0; i < count(300); ++i) {
        const auto secrets = some_secrets(random);
        const Hidden hidden = hide(random, secrets, 1 + random.below(12));
        INFO("text " << core::to_hex(core::bytes_of(hidden.text)));
        REQUIRE(counts_in_windows(hidden.text, secrets, hidden.text.size()) == hidden.counts);
    }
}

TEST_CASE("a window's border hides nothing and doubles nothing", "[core][leaks]") {
    SeededRandom random;
    for (std::size_t i = 0; i < count(60); ++i) {
        const auto secrets = some_secrets(random);
        const Hidden hidden = hide(random, secrets, 40);
        const std::size_t size = 50 + random.below(2000);
        INFO("windows of " << size << ", text " << core::to_hex(core::bytes_of(hidden.text)));
        REQUIRE(counts_in_windows(hidden.text, secrets, size) == hidden.counts);
    }
}

TEST_CASE("a token at a window's border is whole", "[core][leaks]") {
    SeededRandom random;
    const std::string token = github_token(random);
    for (std::size_t at = 0; at < 60; ++at) {
        const std::string text = std::string(at, ' ') + token + std::string(60, ' ');
        PlainMatcher matcher({});
        const core::EncodedShapes none;
        core::TextSearch search(matcher, none);
        std::size_t found = 0;
        for (std::size_t begin = 0; begin < text.size(); begin += 25) {
            search.search({core::bytes_of(text), begin, std::min(begin + 25, text.size())},
                          [&](const core::Hit& hit) { found += hit.token == token ? 1U : 0U; });
        }
        CHECK(found == 1);
    }
}

TEST_CASE("a line may say that its secret is meant to be there", "[core][leaks]") {
    const std::string text = "first\nsecret  # sparekey:allow\nlast\n";
    const core::ByteView bytes = core::bytes_of(text);
    CHECK_FALSE(core::is_allowed(bytes, 0));
    CHECK_FALSE(core::is_allowed(bytes, 5));
    CHECK(core::is_allowed(bytes, 6));
    CHECK(core::is_allowed(bytes, 20));
    CHECK_FALSE(core::is_allowed(bytes, 31));
    CHECK_FALSE(core::is_allowed({}, 0));
}

TEST_CASE("a fingerprint tells finds apart and has no value in it", "[core][leaks]") {
    const std::string one = core::leak_fingerprint("id", "password", "a.txt", "");
    CHECK(one.size() == 32);
    CHECK(one == core::leak_fingerprint("id", "password", "a.txt", ""));
    CHECK(one != core::leak_fingerprint("id", "password", "b.txt", ""));
    CHECK(one != core::leak_fingerprint("idp", "assword", "a.txt", ""));
    CHECK(one != core::leak_fingerprint("id", "password", "a.txt", "x"));
}

}  // namespace sparekey::tests
