// The finder's screen as values: what fits, what is cut, and that nothing steers the terminal.
#include "cli/finder/view.h"

#include "core/text/columns.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli::finder {
namespace {

State state_of(const std::vector<std::string>& titles) {
    State state;
    state.vault = "default";
    for (const std::string& title : titles) {
        core::IndexRow row;
        row.summary.title = title;
        row.summary.username = "alice";
        row.summary.urls = {"https://www.example.org/login"};
        state.rows.push_back(std::move(row));
    }
    return state;
}

std::string text_of(const State& state, Size size) {
    std::string text;
    for (const core::SecretText& line : lines(state, size)) {
        text += std::string(line.expose()) + "\n";
    }
    return text;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("every line fits, and there is one for each row of the screen",
          "[cli][finder][property]") {
    tests::SeededRandom random;
    const std::vector<std::string> texts = {"日本語",         "e\xcc\x81\xcc\x81t\xcc\x81",
                                            "GitHub",         std::string(300, 'x'),
                                            "\x1b[31m\n\xff", ""};
    for (std::size_t i = 0; i < tests::count(3'000); ++i) {
        std::vector<std::string> titles;
        for (std::size_t n = random.below(30); n > 0; --n) {
            titles.push_back(texts[random.below(texts.size())] + texts[random.below(texts.size())]);
        }
        State state = state_of(titles);
        state.query = texts[random.below(texts.size())];
        state.selected = titles.empty() ? 0 : random.below(titles.size());
        for (std::size_t n = random.below(8); n > 0; --n) {
            state.details.push_back(core::SecretText::copy_of(texts[random.below(4)]));
        }
        const Size size{1 + random.below(100), 1 + random.below(30)};
        const auto all = lines(state, size);
        REQUIRE(all.size() == size.rows);
        for (const core::SecretText& line : all) {
            INFO(size.columns << "x" << size.rows << ": " << line.expose());
            REQUIRE(core::columns(line.expose()) <= size.columns);
            for (const char c : line.expose()) REQUIRE(static_cast<unsigned char>(c) >= 0x20);
        }
    }
}

TEST_CASE("the selected row is marked without colour too", "[cli][finder]") {
    State state = state_of({"First", "Second"});
    state.selected = 1;
    const std::string text = text_of(state, {80, 10});
    CHECK(has(text, "\n  First"));
    CHECK(has(text, "\n> Second"));
    const auto plain = frame(state, {80, 10}, Style::plain);
    CHECK_FALSE(has(std::string(plain.expose()),
                    "m"
                    "> Second"));
    const auto coloured = frame(state, {80, 10}, Style::coloured);
    CHECK(has(std::string(coloured.expose()), "\x1b[7m> Second"));
}

TEST_CASE("a narrow screen keeps the title, a wide one has user name and host", "[cli][finder]") {
    const State state = state_of({"GitHub"});
    const std::string wide = text_of(state, {80, 24});
    CHECK(has(wide, "GitHub"));
    CHECK(has(wide, "alice"));
    CHECK(has(wide, "www.example.org"));
    const std::string small = text_of(state, {40, 10});
    CHECK(has(small, "alice"));
    CHECK_FALSE(has(small, "example.org"));
    const std::string tiny = text_of(state, {20, 4});
    CHECK(has(tiny, "GitHub"));
    CHECK_FALSE(has(tiny, "alice"));
}

TEST_CASE("details take room from the list, and say when there is more", "[cli][finder]") {
    State state = state_of({"GitHub"});
    core::Item item;
    item.title = "GitHub";
    item.password = core::SecretText::copy_of("hunter2");
    item.notes = core::SecretText::copy_of("one\ntwo\x1b[31m\nthree\nfour\nfive\nsix");
    CHECK_FALSE(has(text_of(state, {40, 10}), "hunter2"));
    state.details = detail_lines(item);
    const std::string large = text_of(state, {80, 24});
    CHECK(has(large, "password: hunter2"));
    CHECK(has(large, "notes: one\n  two\\x1b[31m\n  three"));
    CHECK(has(text_of(state, {40, 8}), "… more"));
    CHECK(list_rows(state, {40, 8}) > 0);
}

}  // namespace sparekey::cli::finder
