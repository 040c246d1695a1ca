// suggest by the real program: what it lists, what it asks on a terminal, and what is remembered.
#include "tests/support/import.h"
#include "tests/support/program.h"
#include "tests/support/pseudo_terminal.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

std::string added(const Home& home, const std::string& document) {
    const Outcome added = home.run({"add", "--stdin", "--json"}, document);
    REQUIRE(added.status == 0);
    return json_text(added.out, "id");
}

/// A mailbox at a provider, two shops with it as user name, a site without a password.
struct AskedPerson {
    Home home;
    std::string gmail;

    AskedPerson() {
        home.init();
        gmail = added(home, R"({"title":"Gmail","username":"al@gmail.com","password":"p",
                              "urls":["https://mail.google.com"]})");
        added(home, R"({"title":"Shop","username":"al@gmail.com","password":"p",
                      "fields":[{"name":"pin","value":"1234","secret":true}]})");
        added(home, R"({"title":"Store","username":"al@gmail.com","password":"p"})");
        added(home, R"({"title":"Notion","urls":["https://www.notion.so/login"]})");
    }
    std::string listed() const { return home.run({"suggest", "--json"}).out; }
    std::string item(const std::string& title) const {
        return home.run({"get", title, "--json"}).out;
    }
};

}  // namespace

TEST_CASE("suggest lists what it would ask, and changes nothing", "[scenario][suggest]") {
    const AskedPerson person;
    const Outcome listed = person.home.run({"suggest", "--json", "--yes"});
    CHECK(listed.status == 0);
    CHECK(has(listed.out,
              R"([{"id":")" + person.gmail +
                  R"(","title":"Gmail","fact":"identity","identity":"google:al@gmail.com",)"
                  R"("because":"it is at mail.google.com"},)"));
    CHECK(has(listed.out,
              R"("title":"Shop","fact":"recovers_via","identity":"email:al@gmail.com",)"));
    const Outcome table = person.home.run({"suggest", "--yes"});
    CHECK(table.status == 0);
    CHECK(has(table.out, "Store\trecovers_via\temail:al@gmail.com\tit is the user name"));
    CHECK(person.listed() == listed.out);
    CHECK_FALSE(has(person.item("Gmail"), "google:al@gmail.com"));
}

TEST_CASE("a person answers on a terminal, and answers lead to more questions",
          "[scenario][suggest]") {
    const AskedPerson person;
    const Home& home = person.home;
    PseudoTerminal walk(home, {"suggest", "--password-file", home.file("password")}, 160);
    REQUIRE(walk.wait_for("Gmail: is this the account google:al@gmail.com? (it is at "));
    REQUIRE(walk.wait_for("[q]uit: "));
    walk.type("y\n");
    REQUIRE(walk.wait_for("Shop: can you get back in by way of email:al@gmail.com?"));
    REQUIRE(walk.wait_for("[a]ll 2 like it"));
    REQUIRE(walk.wait_for("[q]uit: "));
    walk.type("what?\n");
    REQUIRE(walk.wait_for("[q]uit: "));
    walk.type("a\n");
    // Only now that there is a Google account.
    REQUIRE(walk.wait_for("Notion: do you sign in with google:al@gmail.com?"));
    REQUIRE(walk.wait_for("[q]uit: "));
    walk.type("y\n");
    REQUIRE(walk.wait_for("4 facts noted"));
    CHECK(walk.finish() == 0);
    CHECK(person.listed() == "[]\n");
    CHECK(has(person.item("Gmail"), R"({"name":"identity","value":"google:al@gmail.com")"));
    CHECK(has(person.item("Shop"), R"("recovers_via":["email:al@gmail.com"])"));
    CHECK(has(person.item("Shop"), "1234"));
    CHECK(has(person.item("Store"), R"("recovers_via":["email:al@gmail.com"])"));
    CHECK(has(home.run({"lose", "google:al@gmail.com"}).out, "Notion"));
}

TEST_CASE("no is remembered, never is for the item, a skip is asked again, and Ctrl-C keeps it all",
          "[scenario][suggest]") {
    const AskedPerson person;
    const Home& home = person.home;
    REQUIRE(home.run({"unlock"}).status == 0);
    PseudoTerminal walk(home, {"suggest"}, 160);
    REQUIRE(walk.wait_for("Gmail:"));
    REQUIRE(walk.wait_for("[q]uit: "));
    walk.type("n\n");
    REQUIRE(walk.wait_for("Shop:"));
    REQUIRE(walk.wait_for("[q]uit: "));
    walk.type("v\n");
    REQUIRE(walk.wait_for("Store:"));
    REQUIRE(walk.wait_for("[q]uit: "));
    walk.type("\x03");
    CHECK(walk.finish() == 130);
    const std::string listed = person.listed();
    CHECK_FALSE(has(listed, "Gmail"));
    CHECK_FALSE(has(listed, "Shop"));
    CHECK(has(listed, "Store"));
    CHECK(has(person.item("Gmail"), R"("value":"identity google:al@gmail.com")"));
    CHECK(has(person.item("Shop"), R"({"name":"not_suggested","value":"*")"));
    CHECK(has(person.item("Shop"), "1234"));
    CHECK(home.run({"agent", "--stop"}).status == 0);
}

TEST_CASE("an import notes the logins that an export names, through the agent as well",
          "[scenario][suggest][import]") {
    const Home home;
    home.init();
    write_text(home.file("a.csv"),
               "name,url,username,password,note,more\n"
               "Forum,https://forum.example,al@gmail.com,,Sign in with Google,\n"
               "Chat,https://chat.example,al,,Google,1\n"
               "Shop,https://shop.example,al@gmail.com,secret,Google,\n");
    const std::string recognised =
        "\"unmapped\":[" + unmapped("more (custom field)") +
        "],\"recognised\":[{\"where\":\"line 2 (Forum)\"," +
        R"("provider":"google","identity":"google:al@gmail.com"},)" +
        "{\"where\":\"line 3 (Chat)\",\"provider\":\"google\",\"identity\":null}]}";
    const Outcome dry =
        home.run({"import", "chrome-csv", home.file("a.csv"), "--dry-run", "--json"});
    CHECK(has(dry.out, recognised));
    REQUIRE(home.run({"unlock"}).status == 0);
    CHECK(
        has(home.run_bare({"import", "chrome-csv", home.file("a.csv"), "--json"}).out, recognised));
    CHECK(has(home.run_bare({"get", "Forum", "--json"}).out,
              R"("sign_in_with":["google:al@gmail.com"])"));
    CHECK(has(home.run_bare({"get", "Forum", "--json"}).out, "Sign in with Google"));
    CHECK(has(home.run_bare({"get", "Shop", "--json"}).out, R"("sign_in_with":[])"));
    const Outcome again = home.run_bare({"import", "chrome-csv", home.file("a.csv")});
    CHECK(has(again.out, "created 0, updated 0, unchanged 3"));
    CHECK(has(again.out, "recognised line 2 (Forum): signs in with google:al@gmail.com"));
    CHECK(home.run({"agent", "--stop"}).status == 0);
}

}  // namespace sparekey::tests
