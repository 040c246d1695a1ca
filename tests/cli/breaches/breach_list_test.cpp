// Lists of breached passwords: a file of any size, and what the range service answers.
#include "cli/breaches/breach_list.h"

#include "cli/breaches/breach_ranges.h"
#include "tests/support/long_breach_list.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

namespace sparekey::tests {
namespace {

using cli::BreachFile;

BreachFile list_of(const std::string& text) {
    return BreachFile(
        [text](std::uint64_t offset, core::MutableBytes into) {
            const std::string part =
                offset < text.size() ? text.substr(offset, into.size()) : std::string();
            std::copy(part.begin(), part.end(), into.begin());
            return part.size();
        },
        text.size());
}

std::string random_hash(SeededRandom& random) {
    core::Bytes bytes(20);
    random.fill(bytes);
    std::string text = core::to_hex(bytes);
    for (char& c : text) c = static_cast<char>(std::toupper(c));
    return text;
}

constexpr const char* kPassword = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";  // of "password"

}  // namespace

TEST_CASE("a password is looked up by its SHA-1 in upper-case digits", "[cli][health]") {
    CHECK(cli::breach_hash(core::bytes_of("password")).expose() == kPassword);
    CHECK(cli::breach_hash({}).expose() == "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709");
}

TEST_CASE("every hash of a list is found, and no other", "[cli][health]") {
    SeededRandom random;
    for (std::size_t round = 0; round < count(20); ++round) {
        std::set<std::string> hashes;
        const std::size_t lines = 1 + random.below(1000);
        while (hashes.size() < lines) hashes.insert(random_hash(random));
        std::string text;
        const char* const end = random.coin() ? "\r\n" : "\n";
        for (const std::string& hash : hashes) {
            text += hash + ":" + std::to_string(1 + random.below(1'000'000)) + end;
        }
        if (random.coin()) text.erase(text.size() - std::string(end).size());
        const BreachFile list = list_of(text);
        for (const std::string& hash : hashes) {
            const auto found = list.holds(hash);
            REQUIRE(found);
            REQUIRE(*found);
            std::string other = hash;
            other[39] = other[39] == '0' ? '1' : '0';
            const auto missed = list.holds(other);
            REQUIRE(missed);
            REQUIRE(*missed == (hashes.count(other) > 0));
        }
        const std::string stranger = random_hash(random);
        CHECK(*list.holds(stranger) == (hashes.count(stranger) > 0));
        CHECK_FALSE(*list.holds(std::string(40, '0')));
        CHECK_FALSE(*list.holds(std::string(40, 'F')));
    }
}

TEST_CASE("44 GB are searched in some dozens of reads", "[cli][health]") {
    SeededRandom random;
    for (std::size_t round = 0; round < count(200); ++round) {
        const LongBreachList bytes(random_hash(random));
        std::size_t reads = 0;
        const BreachFile list(
            [&](std::uint64_t offset, core::MutableBytes into) {
                ++reads;
                return bytes.read(offset, into);
            },
            bytes.size());
        const std::string there = bytes.line(bytes.place()).substr(0, 40);
        REQUIRE(*list.holds(there));
        CHECK(reads < 160);
        std::string missing = there;
        missing[39] = missing[39] == '0' ? '1' : '0';
        CHECK_FALSE(*list.holds(missing));
        // Neighbours on both sides, the first and the last.
        for (const std::uint64_t index :
             {bytes.place() - 1, bytes.place() + 1, std::uint64_t{0}, LongBreachList::kLines - 1}) {
            if (index >= LongBreachList::kLines) continue;
            CHECK(*list.holds(bytes.line(index).substr(0, 40)));
        }
    }
}

TEST_CASE("what is no sorted list of SHA-1 hashes is said to be none", "[cli][health]") {
    const std::string one = std::string(kPassword) + ":3\r\n";
    CHECK(*list_of(one).holds(kPassword));
    CHECK_FALSE(*list_of(std::string(kPassword) + ":0\n").holds(kPassword));
    const std::string hash(kPassword);
    for (const std::string& text :
         {std::string("hello\n"), hash + "\n", hash.substr(1) + ":1\n", hash + ":x\n",
          "G" + hash.substr(1) + ":1\n", std::string(5000, 'A'), std::string(9000, '\0'),
          // NTLM hashes, which are offered beside the SHA-1 ones.
          std::string("8846F7EAEE8FB117AD06BDD830B7586C:1\n")}) {
        const auto refused = list_of(text).holds(kPassword);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == core::ErrorCode::usage);
    }
    const auto unsorted =
        list_of(std::string(40, 'C') + ":1\n" + std::string(40, 'B') + ":1\n").holds(kPassword);
    REQUIRE_FALSE(unsorted);
    CHECK(unsorted.error().code == core::ErrorCode::usage);
}

TEST_CASE("a range names the rest of a hash, and padding names nobody's",
          "[cli][health][mutant:breach-padding]") {
    const std::string rest = std::string(kPassword).substr(5);
    const std::string others =
        "0018A45C4D1DEF81644B54AB7F969B88D65:10\r\n"
        "not a line\r\n";
    CHECK(cli::range_holds(others + rest + ":3861493", kPassword));
    CHECK(cli::range_holds(rest + ":1\r\n" + others, kPassword));
    CHECK_FALSE(cli::range_holds(others, kPassword));
    CHECK_FALSE(cli::range_holds("", kPassword));
    CHECK_FALSE(cli::range_holds(rest + ":0\r\n", kPassword));
}

TEST_CASE("answers come back one after the other, and a cut one is none", "[cli][health]") {
    const std::string two = cli::framed_range("first\r\n") + cli::framed_range("");
    std::string_view left = two;
    CHECK(*cli::take_range(left) == "first\r\n");
    CHECK(cli::take_range(left)->empty());
    CHECK(left.empty());
    for (std::string_view cut :
         {"", "7", "7\nfirst", "x\nfirst", "-1\n", "99999999999999999999\nx"}) {
        const auto refused = cli::take_range(cut);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == core::ErrorCode::offline);
    }
    CHECK(cli::prefix_text(0x5baa6) == "5BAA6");
    CHECK(cli::prefix_text(1) == "00001");
}

}  // namespace sparekey::tests
