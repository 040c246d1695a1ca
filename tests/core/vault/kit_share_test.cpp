#include "core/vault/kit_share.h"

#include "core/vault/paper_code.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <numeric>
#include <set>

namespace sparekey::core {
namespace {

struct Splitting {
    SecretBytes code = SecretBytes(20);
    std::uint16_t hint = 0;
    std::vector<KitShare> shares;

    Splitting(std::uint8_t threshold, std::uint8_t count, tests::SeededRandom& random) {
        random.fill(code.expose_mutable());
        hint = static_cast<std::uint16_t>(random.below(1024));
        shares = split_recovery_code(hint, code.expose(), threshold, count, random);
    }
    std::string text(std::size_t i) const {
        return std::string(kit_share_text(shares[i]).expose());
    }
    std::string whole() const {
        return std::string(paper_code(PaperKind::recovery_code, hint, code.expose()).expose());
    }
};

Result<SecretText> combined(const std::vector<std::string>& texts) {
    KitShares shares;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        SPAREKEY_TRY(KitShare share, parse_kit_share(texts[i]));
        SPAREKEY_CHECK(shares.add(std::move(share), "line " + std::to_string(i + 1)));
    }
    return shares.combine();
}

std::vector<std::size_t> shuffled(std::size_t size, tests::SeededRandom& random) {
    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = size; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

/// A share of the same set that nobody made: right in form, wrong in content.
std::string forged(const Splitting& made, std::size_t i, tests::SeededRandom& random) {
    KitShare share{made.shares[i].set,
                   made.shares[i].threshold,
                   {made.shares[i].share.number, made.shares[i].share.value.clone()}};
    share.share.value.expose_mutable()[random.below(25)] ^=
        static_cast<std::uint8_t>(1 + random.below(255));
    return std::string(kit_share_text(share).expose());
}

/// Multiplication in GF(256) by the definition, and Lagrange's value at 0: the arithmetic that
/// docs/FORMAT.md names, without libgfshare's tables.
std::uint8_t times(std::uint8_t left, std::uint8_t right) {
    unsigned product = 0;
    for (unsigned a = left, b = right; b != 0; b >>= 1, a <<= 1) {
        if (a & 0x100) a ^= 0x11d;
        if (b & 1) product ^= a;
    }
    return static_cast<std::uint8_t>(product);
}

std::uint8_t over(std::uint8_t left, std::uint8_t right) {
    for (unsigned quotient = 0; quotient < 256; ++quotient) {
        if (times(static_cast<std::uint8_t>(quotient), right) == left) {
            return static_cast<std::uint8_t>(quotient);
        }
    }
    return 0;
}

Bytes value_at_zero(const std::vector<KitShare>& shares, std::size_t count) {
    Bytes secret(25);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint8_t weight = 1;
        for (std::size_t j = 0; j < count; ++j) {
            const std::uint8_t other = shares[j].share.number;
            const auto apart = static_cast<std::uint8_t>(shares[i].share.number ^ other);
            if (j != i) weight = times(weight, over(other, apart));
        }
        for (std::size_t byte = 0; byte < secret.size(); ++byte) {
            secret[byte] ^= times(weight, shares[i].share.value.expose()[byte]);
        }
    }
    return secret;
}

}  // namespace

TEST_CASE("any shares give the code back, as many as the threshold or more",
          "[core][vault][share]") {
    tests::SeededRandom random;
    for (std::size_t round = 0; round < tests::count(300); ++round) {
        const auto count = static_cast<std::uint8_t>(2 + random.below(12));
        const auto threshold = static_cast<std::uint8_t>(2 + random.below(count - 1u));
        const Splitting made(threshold, count, random);
        const std::size_t taken = threshold + random.below(count - threshold + 1u);
        std::vector<std::string> texts;
        for (const std::size_t i : shuffled(count, random)) {
            if (texts.size() < taken) texts.push_back(made.text(i));
        }
        const auto code = combined(texts);
        REQUIRE(code);
        CHECK(code->expose() == made.whole());
    }
}

TEST_CASE("255 shares, all of them needed, give the code back", "[core][vault][share]") {
    tests::SeededRandom random;
    const Splitting made(255, 255, random);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 255; ++i) texts.push_back(made.text(i));
    REQUIRE(combined(texts));
    texts.pop_back();
    CHECK(combined(texts).error().code == ErrorCode::locked);
}

TEST_CASE("one share less than the threshold fits every code", "[core][vault][share]") {
    tests::SeededRandom random;
    const Splitting made(4, 4, random);
    // Whatever the last share were, the first three would be the same: every value of a byte of the
    // secret comes about for exactly one value of that share's byte.
    std::set<std::uint8_t> secrets;
    std::vector<KitShare> shares;
    for (const KitShare& share : made.shares) {
        shares.push_back({share.set, 4, {share.share.number, share.share.value.clone()}});
    }
    for (unsigned value = 0; value < 256; ++value) {
        shares[3].share.value.expose_mutable()[0] = static_cast<std::uint8_t>(value);
        std::vector<const ShamirShare*> parts;
        for (const KitShare& share : shares) parts.push_back(&share.share);
        secrets.insert(shamir_combine(parts).expose()[0]);
    }
    CHECK(secrets.size() == 256);
}

TEST_CASE("what docs/FORMAT.md says of a share is what libgfshare does", "[core][vault][share]") {
    tests::SeededRandom random;
    for (std::size_t round = 0; round < tests::count(50); ++round) {
        const Splitting made(3, 5, random);
        const Bytes shared = value_at_zero(made.shares, 3);
        CHECK(std::equal(shared.begin(), shared.begin() + 20, made.code.expose().begin()));
        CHECK(shared[20] * 256 + shared[21] == made.hint);
    }
}

TEST_CASE("coefficients are the system's random bytes, not random()'s",
          "[core][vault][share][mutant:shamir-random]") {
    const Bytes secret(25, 7);
    const auto first_share = [&] {
        ::srandom(1);
        std::vector<ShamirShare> shares = shamir_split(secret, 2, 2);
        return to_hex(shares[0].value.expose());
    };
    CHECK(first_share() != first_share());
}

TEST_CASE("a share reads back, however it is typed", "[core][vault][share]") {
    tests::SeededRandom random;
    const Splitting made(2, 3, random);
    const std::string text = made.text(1);
    CHECK(text.size() == 2 + 11 * 6);
    CHECK(text.starts_with("KS-"));
    std::string lower, bare;
    for (const char c : text) {
        lower += static_cast<char>(std::tolower(c));
        if (c != '-') bare += c;
    }
    for (const std::string& typed : {text, lower, bare, bare.substr(2), " " + lower + "\r\n"}) {
        const auto share = parse_kit_share(typed);
        REQUIRE(share);
        CHECK(share->set == made.shares[1].set);
        CHECK(share->threshold == 2);
        CHECK(share->share.number == 2);
        CHECK(kit_share_text(*share).expose() == text);
    }
}

TEST_CASE("any one wrong character and any two swapped ones of a share are caught",
          "[core][vault][share]") {
    tests::SeededRandom random;
    const Splitting made(2, 2, random);
    const std::string alphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
    std::string letters;
    for (const char c : made.text(0).substr(3)) {
        if (c != '-') letters += c;
    }
    std::size_t wrong = 0, swapped = 0;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        for (const char c : alphabet) {
            std::string typed = letters;
            if (c == letters[i]) continue;
            typed[i] = c;
            REQUIRE(parse_kit_share(typed).error().code == ErrorCode::usage);
            ++wrong;
        }
        for (std::size_t j = i + 1; j < letters.size(); ++j) {
            std::string typed = letters;
            std::swap(typed[i], typed[j]);
            if (typed == letters) continue;
            REQUIRE_FALSE(parse_kit_share(typed));
            ++swapped;
        }
    }
    CHECK(wrong == 55 * 31);
    CHECK(swapped > 1000);
}

TEST_CASE("paper codes of other kinds are no shares, and a share is no code",
          "[core][vault][share]") {
    tests::SeededRandom random;
    const Splitting made(2, 2, random);
    CHECK(parse_kit_share(made.whole()).error().message.find("whole recovery code") !=
          std::string::npos);
    const auto code = parse_paper_code(PaperKind::recovery_code, made.text(0));
    REQUIRE_FALSE(code);
    CHECK(code.error().message.find("kit combine") != std::string::npos);
    CHECK(parse_kit_share("").error().code == ErrorCode::usage);
}

TEST_CASE("a share of another set is named", "[core][vault][share][mutant:kit-share-set]") {
    tests::SeededRandom random;
    const Splitting made(2, 2, random);
    const Splitting other(2, 2, random);
    const auto refused = combined({made.text(0), other.text(1)});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::locked);
    CHECK(refused.error().message.find("line 2 is of another set") != std::string::npos);
}

TEST_CASE("a share that is there already is named", "[core][vault][share]") {
    tests::SeededRandom random;
    const Splitting made(3, 3, random);
    const auto refused = combined({made.text(0), made.text(2), made.text(0)});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::locked);
    CHECK(refused.error().message == "line 3 is share 1 again, like line 1");
}

TEST_CASE("shares that are not what was split give no code",
          "[core][vault][share][mutant:kit-share-check]") {
    tests::SeededRandom random;
    for (std::size_t round = 0; round < tests::count(100); ++round) {
        const auto threshold = static_cast<std::uint8_t>(2 + random.below(5));
        const Splitting made(threshold, threshold, random);
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < threshold; ++i) texts.push_back(made.text(i));
        const std::size_t wrong = random.below(threshold);
        texts[wrong] = forged(made, wrong, random);
        const auto refused = combined(texts);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::locked);
    }
}

TEST_CASE("made-up shares of what cannot be a code give none", "[core][vault][share]") {
    tests::SeededRandom random;
    const Bytes code(20, 7);
    for (const unsigned hint : {1024U, 0x8000U, 0xffffU}) {
        const auto shares =
            split_recovery_code(static_cast<std::uint16_t>(hint), code, 2, 2, random);
        std::vector<std::string> texts;
        for (const KitShare& share : shares) {
            texts.emplace_back(kit_share_text(share).expose());
        }
        const auto refused = combined(texts);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::locked);
    }
}

TEST_CASE("with one share more than it takes, the wrong one is named", "[core][vault][share]") {
    tests::SeededRandom random;
    for (std::size_t round = 0; round < tests::count(100); ++round) {
        const auto threshold = static_cast<std::uint8_t>(2 + random.below(5));
        const auto count = static_cast<std::uint8_t>(threshold + 1 + random.below(3));
        const Splitting made(threshold, count, random);
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < count; ++i) texts.push_back(made.text(i));
        const std::size_t wrong = random.below(count);
        texts[wrong] = forged(made, wrong, random);
        const std::string line = "line " + std::to_string(wrong + 1);
        const auto refused = combined(texts);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.starts_with(line + ", share " + std::to_string(wrong + 1)));
    }
}

TEST_CASE("a threshold of one, or of more than there are, is refused", "[core][vault][share]") {
    CHECK(check_split(1, 5).error().code == ErrorCode::usage);
    CHECK(check_split(0, 5).error().code == ErrorCode::usage);
    CHECK(check_split(4, 3).error().code == ErrorCode::usage);
    CHECK(check_split(2, 2));
    CHECK(check_split(255, 255));
}

}  // namespace sparekey::core
