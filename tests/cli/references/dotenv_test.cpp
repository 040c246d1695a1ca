#include "cli/references/dotenv.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

/// "NAME=VALUE|…" of a file; "error: …" if it is refused.
std::string read(std::string_view text) {
    const auto variables = parse_dotenv(text);
    if (!variables) return "error: " + variables.error().message;
    std::string out;
    for (const Variable& variable : *variables) {
        out += variable.name + "=" + std::string(variable.value.expose()) + "|";
    }
    return out;
}

}  // namespace

TEST_CASE("lines of KEY=VALUE are read as everybody writes them", "[cli][dotenv]") {
    CHECK(read("") == "");
    CHECK(read("A=1\nB=two words\n\nC=") == "A=1|B=two words|C=|");
    CHECK(read("\xef\xbb\xbf# comment\n  # another\r\nA=1\r\nB=2") == "A=1|B=2|");
    CHECK(read(" export A = 1 \nexport\tB=2") == "A=1|B=2|");
    CHECK(read("A=x # comment\nB=x#y\nC=#x\nD= # x\nE=a\t# b") == "A=x|B=x#y|C=#x|D=|E=a|");
    CHECK(read("A=sparekey://v/i%20i/f") == "A=sparekey://v/i%20i/f|");
    CHECK(read("A=1\nA=2") == "A=1|A=2|");
    CHECK(read("A=$B ${C}") == "A=$B ${C}|");
}

TEST_CASE("quotes keep blanks, and double ones know escapes", "[cli][dotenv]") {
    CHECK(read("A=' x # y ' # z\nB=1") == "A= x # y |B=1|");
    CHECK(read("A= \"a\\nb\\t\\\"c\\\\ \\$d\\q\"") == "A=a\nb\t\"c\\ $d\\q|");
    CHECK(read("A='a\\n\"b\"'") == "A=a\\n\"b\"|");
    CHECK(read("A=\"one\ntwo\"\nB=3") == "A=one\ntwo|B=3|");
    CHECK(read("A=it's\nB=x\"y\"") == "A=it's|B=x\"y\"|");
}

TEST_CASE("a line that is none is refused by its number, and its value is not repeated",
          "[cli][dotenv]") {
    CHECK(read("A=1\nhunter2\n") == "error: line 2 has no =");
    CHECK(read("\n1A=hunter2") == "error: line 2 does not begin with a variable's name");
    CHECK(read("A-B=hunter2") == "error: line 1 does not begin with a variable's name");
    CHECK(read("=hunter2") == "error: line 1 does not begin with a variable's name");
    CHECK(read("A=1\nB=\"hunter2\n\n") == "error: line 2 has no closing quote");
    CHECK(read("A='x' hunter2") == "error: line 1 has something behind the quotes");
    CHECK(read(std::string_view("A=a\0b", 5)) == "error: the file has a NUL");
}

}  // namespace sparekey::cli
