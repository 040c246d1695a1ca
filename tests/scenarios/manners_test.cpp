// What is refused, or was done, is said so that the next try works.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

namespace sparekey::tests {
namespace {

constexpr const char* kCounted = R"({"totp":"otpauth://hotp/X?secret=JBSWY3DPEHPK3PXP&counter=5"})";

}  // namespace

TEST_CASE("a HOTP's seed is shown with the counter where it is now", "[scenario][otp]") {
    const Home home;
    home.init();
    REQUIRE(home.run({"add", "X", "--stdin"}, kCounted).status == 0);
    REQUIRE(home.run({"otp", "x"}).status == 0);
    CHECK(has(home.run({"get", "x", "totp-seed"}).out, "counter=6"));
    CHECK(has(home.run({"get", "x", "--json"}).out, "counter=6"));
    CHECK(has(home.run({"export", "--yes"}).out, "counter=6"));
    CHECK(has(home.run({"otp", "x", "--json"}).out, "\"code\""));
    CHECK(has(home.run({"get", "x", "totp-seed"}).out, "counter=7"));
}

TEST_CASE("a file that is attached again changes nothing, another of its name is said",
          "[scenario]") {
    const Home home;
    home.init();
    home.run({"add", "X"});
    write_text(home.file("page"), "one");
    CHECK(home.run({"attach", "x", home.file("page")}).status == 0);
    const Outcome again = home.run({"attach", "x", home.file("page")});
    CHECK(again.status == 0);
    CHECK(has(again.err, "already"));
    CHECK(home.run({"history", "x", "--json"}).out == "[]\n");
    write_text(home.file("page"), "two");
    CHECK(has(home.run({"attach", "x", home.file("page")}).err, "the one before"));
    CHECK(home.run({"attachment", "x", "page"}).out == "two");
    CHECK(has(home.run({"history", "x", "--json"}).out, "\"n\":1"));
}

TEST_CASE("what a generator cannot make says its bounds", "[scenario]") {
    const Home home;
    CHECK(has(home.run_bare({"gen", "--length", "0"}).err, "from 1 to 1024"));
    CHECK(has(home.run_bare({"gen", "--length", "100000"}).err, "from 1 to 1024"));
    CHECK(has(home.run_bare({"gen", "--words", "65"}).err, "from 1 to 64"));
    CHECK(has(home.run_bare({"gen", "--pin", "--length", "2"}).err, "from 3 to 64"));
    CHECK(has(home.run_bare({"gen", "--charset", "=a"}).err, "two or more"));
    CHECK(home.run_bare({"gen", "--charset", "=a"}).status == 2);
}

TEST_CASE("a title of spaces is none", "[scenario]") {
    const Home home;
    home.init();
    CHECK(home.run({"add", " \t"}).status == 2);
    CHECK(home.run({"add", "--stdin"}, "{\"title\":\"\u2003\u00a0\"}").status == 2);
    REQUIRE(home.run({"add", "X"}).status == 0);
    CHECK(home.run({"edit", "x", "--title", "  "}).status == 2);
}

TEST_CASE("a key file that opens the vault already gets no second slot", "[scenario]") {
    const Home home;
    home.init();
    const std::string file = home.file("key");
    const std::vector<std::string> add = {
        "slots", "add", "keyfile", file, "--password-file", home.file("password")};
    REQUIRE(home.run_bare(add).status == 0);
    const Outcome again = home.run_bare(add);
    CHECK(again.status == 6);
    CHECK(has(again.err, "opens the vault already"));
    CHECK(home.run_bare({"--key-file", file, "find"}).status == 0);
}

TEST_CASE("an unknown key of the configuration names the page that lists them", "[scenario]") {
    const Home home;
    std::filesystem::create_directories(home.file(".config/sparekey"));
    write_text(home.file(".config/sparekey/config.toml"), "[agent]\ntimeuot = \"5m\"\n");
    CHECK(has(home.run_bare({"gen"}).err, "man sparekey-config"));
}

}  // namespace sparekey::tests
