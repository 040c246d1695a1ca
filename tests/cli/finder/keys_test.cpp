// Keys from bytes: whole, in pieces, and what is no key at all.
#include "cli/finder/keys.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli::finder {
namespace {

std::vector<Key> keys_of(std::string_view bytes) {
    Keys keys;
    keys.add(bytes);
    std::vector<Key> all;
    while (const auto pressed = keys.next(true)) all.push_back(pressed->key);
    return all;
}

}  // namespace

TEST_CASE("the sequences of terminals are keys", "[cli][finder]") {
    CHECK(keys_of("\x1b[A\x1bOA\x10") == std::vector{Key::up, Key::up, Key::up});
    CHECK(keys_of("\x1b[B\x1bOB\x0e") == std::vector{Key::down, Key::down, Key::down});
    CHECK(keys_of("\x1b[5~\x1b[6~") == std::vector{Key::page_up, Key::page_down});
    CHECK(keys_of("\x1b[H\x1b[1~\x1b[F\x1b[4~") ==
          std::vector{Key::home, Key::home, Key::end, Key::end});
    CHECK(keys_of("\r\t\x7f\x17\x15\x0c\x14") == std::vector{Key::enter, Key::details, Key::erase,
                                                             Key::erase_word, Key::erase_all,
                                                             Key::login, Key::code});
    CHECK(keys_of("\x1b") == std::vector{Key::escape});
    CHECK(keys_of("\x1b\x1b[A") == std::vector{Key::escape, Key::up});
}

TEST_CASE("what is no key of the finder is read over", "[cli][finder]") {
    CHECK(keys_of("\x1b[1;5C\x1b[200~\x1bx\x1b[M\x01").empty());
    CHECK(keys_of("\xff\xfe\xc2\x9b").empty());
    CHECK(keys_of("\x1b[12;").empty());
    CHECK(keys_of("a\x1b[999999999999999999999~b") == std::vector{Key::text, Key::text});
}

TEST_CASE("an escape alone waits for what may follow", "[cli][finder]") {
    Keys keys;
    keys.add("\x1b");
    CHECK_FALSE(keys.next(false));
    CHECK(keys.is_waiting());
    keys.add("[");
    CHECK_FALSE(keys.next(false));
    keys.add("A");
    CHECK(keys.next(false)->key == Key::up);
    CHECK_FALSE(keys.is_waiting());
}

TEST_CASE("a character that comes in pieces is one", "[cli][finder]") {
    Keys keys;
    keys.add("\xe6\x97");
    CHECK_FALSE(keys.next(false));
    keys.add("\xa5x");
    CHECK(keys.next(false)->text == "日");
    CHECK(keys.next(false)->text == "x");
}

TEST_CASE("any bytes are keys or are gone", "[cli][finder][property]") {
    tests::SeededRandom random;
    for (std::size_t i = 0; i < tests::count(20'000); ++i) {
        std::string bytes(random.below(24), ' ');
        random.fill(
            core::MutableBytes(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()));
        for (char& c : bytes) {
            if (random.below(4) == 0) c = "\x1b[O~;1"[random.below(6)];
        }
        Keys keys;
        keys.add(bytes);
        while (const auto pressed = keys.next(false)) REQUIRE(pressed->text.size() <= 4);
        while (keys.next(true)) {
        }
        REQUIRE_FALSE(keys.is_waiting());
    }
}

}  // namespace sparekey::cli::finder
