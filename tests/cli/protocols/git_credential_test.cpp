#include "cli/protocols/git_credential.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {

TEST_CASE("git's lines are read up to the blank one", "[cli][git]") {
    const auto told = parse_git_credential(
        "capability[]=authtype\nprotocol=https\nhost=h.example:8443\npath=a/b.git\n"
        "username=old\nusername=al=ice\npassword= p w \npassword_expiry_utc=1700000000\n"
        "oauth_refresh_token=r\nwwwauth[]=Basic realm=x\nunknown=1\n\nhost=evil\n");
    REQUIRE(told);
    CHECK(told->protocol == "https");
    CHECK(told->host == "h.example:8443");
    CHECK(told->username == "al=ice");
    CHECK(told->password.expose() == " p w ");
    CHECK(told->expiry == "1700000000");
    CHECK(told->refresh_token.expose() == "r");
    CHECK(told->url() == "https://h.example:8443/a/b.git");
    REQUIRE(told->address());
    CHECK(told->address()->path == "a/b");
    CHECK_FALSE(told->ephemeral);
}

TEST_CASE("what git leaves out is left out", "[cli][git]") {
    const auto nothing = parse_git_credential("");
    REQUIRE(nothing);
    CHECK_FALSE(nothing->address());
    CHECK_FALSE(nothing->username);
    const auto certificate = parse_git_credential("protocol=cert\nhost=\npath=/x.pem");
    REQUIRE(certificate);
    CHECK_FALSE(certificate->address());
    CHECK(parse_git_credential("ephemeral=1\n")->ephemeral);
    CHECK(parse_git_credential("password_expiry_utc=-1\n")->expiry.empty());
}

TEST_CASE("a line that could smuggle something in is refused", "[cli][git][mutant:git-line]") {
    CHECK(parse_git_credential("host=h\n"));
    CHECK_FALSE(parse_git_credential(std::string_view("host=h\0x\n", 9)));
    CHECK_FALSE(parse_git_credential("host=h\rx\n"));
    CHECK_FALSE(parse_git_credential("host=h\r\n"));
}

TEST_CASE("a line without a key is refused", "[cli][git]") {
    CHECK_FALSE(parse_git_credential("host\n"));
    CHECK_FALSE(parse_git_credential("=h\n"));
}

TEST_CASE("a value with a line break is never told to git", "[cli][git][mutant:git-answer-line]") {
    GitCredential answer;
    answer.username = "alice";
    answer.password = core::SecretText::copy_of("p=w");
    CHECK(git_answer(answer)->expose() == "username=alice\npassword=p=w\n");
    for (const std::string_view bad :
         {std::string_view("p\nhost=evil"), std::string_view("p\r"), std::string_view("p\0", 2)}) {
        answer.password = core::SecretText::copy_of(bad);
        const auto refused = git_answer(answer);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.find("evil") == std::string::npos);
    }
    answer.password = core::SecretText::copy_of("p");
    answer.username = "a\nquit=1";
    CHECK_FALSE(git_answer(answer));
}

}  // namespace sparekey::cli
