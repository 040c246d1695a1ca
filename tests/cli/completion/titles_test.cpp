#include "cli/completion/titles.h"

#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdio>

namespace sparekey::cli {
namespace {

/// What bash makes of each word: it prints them, each ended by a NUL.
std::vector<std::string> read_by_bash(const std::vector<std::string>& words) {
    const tests::Home home;
    std::string script = "printf '%s\\0'";
    for (const std::string& word : words) script += " " + word;
    tests::write_text(home.file("script"), script + "\n");
    std::FILE* const bash = ::popen(("bash --norc " + home.file("script")).c_str(), "r");
    REQUIRE(bash != nullptr);
    std::vector<std::string> read(1);
    for (int c = std::fgetc(bash); c != EOF; c = std::fgetc(bash)) {
        if (c == 0) {
            read.emplace_back();
        } else {
            read.back() += static_cast<char>(c);
        }
    }
    ::pclose(bash);
    read.pop_back();
    return read;
}

std::string random_name(tests::SeededRandom& random) {
    constexpr std::string_view kNasty = "aB '\"\\$`!;&|<>(){}[]*?~#=:%^,ä";
    std::string name = "x";
    for (std::size_t size = random.below(12); size > 0; --size) {
        const std::size_t at = random.below(kNasty.size() - 1);
        name += at == kNasty.size() - 2 ? kNasty.substr(at) : kNasty.substr(at, 1);
    }
    return name;
}

core::IndexRow row(std::string title, std::string username) {
    core::IndexRow made;
    made.summary.title = std::move(title);
    made.summary.username = std::move(username);
    return made;
}

}  // namespace

TEST_CASE("bash reads a completed title as it is, whatever was typed before it", "[completion]") {
    tests::SeededRandom random;
    std::vector<std::string> names, words;
    for (std::size_t i = 0; i < tests::count(3000); ++i) {
        const std::string name = random_name(random);
        for (const std::string quote : {"", "'", "\""}) {
            const auto made = bash_replacements({name}, "", quote + "x");
            REQUIRE(made.size() == 1);
            // As Readline does: the quote is closed if nothing closes it.
            const bool closed = quote.empty() || made.front().ends_with(quote);
            names.push_back(name);
            words.push_back(quote + made.front() + (closed ? "" : quote));
            INFO(words.back());
            CHECK(without_quotes(words.back()) == name);
        }
    }
    CHECK(read_by_bash(words) == names);
}

TEST_CASE("of a word that Readline has broken only the last piece is replaced", "[completion]") {
    using Words = std::vector<std::string>;
    CHECK(bash_replacements({"a: b"}, "a:", "") == Words{"\\ b"});
    CHECK(bash_replacements({"a: b"}, "a:", "\\ ") == Words{"\\ b"});
    CHECK(bash_replacements({"a b c"}, "", "a\\ b\" ") == Words{" c"});
    CHECK(bash_replacements({"A: b"}, "a:", "").empty());
    CHECK(bash_replacements({"GitHub"}, "", "git") == Words{"GitHub"});
    CHECK(bash_replacements({"GitHub"}, "", "\xff").empty());
}

TEST_CASE("titles that a line cannot hold are not offered, and twins by their user names",
          "[completion]") {
    const auto names = query_names({row("Mail", "ann"), row("mail", "ben"), row("Bank", ""),
                                    row("a\nb", ""), row("\x1b[2J", ""), row("-rf", "")});
    CHECK(names == std::vector<std::string>{"Mail/ann", "mail/ben", "Bank"});
}

TEST_CASE("a large vault offers no more than a person can read", "[completion]") {
    const std::vector<std::string> many(5 * kMostNames, "x");
    CHECK(names_beginning(many, "").size() == kMostNames);
}

}  // namespace sparekey::cli
