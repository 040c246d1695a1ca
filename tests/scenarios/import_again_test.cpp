// Imports of what was imported before: each row is merged with its own last import.
#include "tests/support/import.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

TEST_CASE("an import by a password whose slot is raised leaves a vault that opens",
          "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("second"), "second");
    std::string rows = "name,url,username,password\n";
    for (int i = 0; i < 4'000; ++i) {  // more than there is: into a copy
        rows += "item " + std::to_string(i) + ",https://a.example,user,secret\n";
    }
    write_text(home.file("whole"), rows);
    write_text(home.file("cut off"), rows + "\"item");
    REQUIRE(
        home.run({"slots", "add", "password", "--new-password-file", home.file("second")}).status ==
        0);
    int memory = 64;
    const auto by_second = [&](const char* file, const Words& more) {
        // The first password's slot and the vault's policy go up, the second one's stays below.
        const std::string higher = std::to_string(++memory) + "MiB";
        const Words raised = {"passwd", "--new-password-file", home.file("password"),
                              "--kdf-memory", higher};
        REQUIRE(home.run(raised).status == 0);
        Words words = {"--password-file", home.file("second"), "import", "chrome-csv",
                       home.file(file)};
        words.insert(words.end(), more.begin(), more.end());
        return home.run_bare(words).status;
    };
    CHECK(by_second("whole", {"--dry-run"}) == 0);
    CHECK(home.run({"find"}).status == 0);
    CHECK(by_second("cut off", {}) == 2);
    CHECK(home.run({"find"}).status == 0);
    CHECK(by_second("whole", {}) == 0);
    CHECK(has(home.run({"status", "--json"}).out, "\"items\":4000"));
    CHECK(home.run({"doctor"}).status == 0);
}

TEST_CASE("a changed row of a second import is an edit, and the vault's own edits stay",
          "[scenario][import]") {
    const Home home;
    home.init();
    const std::string head = "name,url,username,password\n";
    write_text(home.file("c.csv"), head + "a,https://a.example,u,one\nb,https://b.example,u,two\n");
    home.run({"import", "chrome-csv", home.file("c.csv")});
    home.run({"edit", "b", "--stdin"}, R"({"password":"mine"})");
    write_text(home.file("c.csv"), head + "a,https://a.example,u,ONE\nb,https://b.example,u,two\n");
    const Outcome again = home.run({"import", "chrome-csv", home.file("c.csv"), "--json"});
    CHECK(has(again.out, R"("created":0,"updated":1,"unchanged":1)"));
    CHECK(home.run({"get", "a", "password"}).out == "ONE\n");
    CHECK(home.run({"get", "b", "password"}).out == "mine\n");
    CHECK(has(home.run({"history", "a", "--json"}).out, "\"one\""));
}

TEST_CASE("a changed row changes only what the source changed", "[scenario][import]") {
    const Home home;
    home.init();
    const std::string head = "name,url,username,password,note\n";
    const auto import = [&](const std::string& rows) {
        write_text(home.file("c.csv"), head + rows);
        return home.run({"import", "chrome-csv", home.file("c.csv"), "--json"}).out;
    };
    import("a,https://a.example,u,one,first\n");
    home.run({"edit", "a", "--stdin"}, R"({"notes":"mine","tags":["own"]})");
    CHECK(has(import("a,https://a.example,u,two,first\n"), "\"updated\":1"));
    CHECK(home.run({"get", "a", "password"}).out == "two\n");
    CHECK(home.run({"get", "a", "notes"}).out == "mine\n");
    CHECK(has(item_json(home, "a"), R"("tags":["own"])"));
    // Cleared in the source: gone here too, unless it was edited here.
    CHECK(has(import("a,https://a.example,u,,\n"), "\"updated\":1"));
    CHECK(home.run({"get", "a", "password"}).status == 3);
    CHECK(home.run({"get", "a", "notes"}).out == "mine\n");
    CHECK_FALSE(has(home.run({"history", "a", "--json"}).out, "import mark"));
    CHECK_FALSE(has(home.run({"export", "--yes"}).out, "import mark"));
}

TEST_CASE("what was emptied from the trash does not come back", "[scenario][import]") {
    const Home home;
    home.init();
    const std::string rows =
        "name,url,username,password\na,https://a.example,u,1\na,https://a.example,u,2\n";
    write_text(home.file("c.csv"), rows);
    home.run({"import", "chrome-csv", home.file("c.csv")});
    for (int i = 0; i < 2; ++i) {
        const std::string found = home.run({"find", "--json"}).out;
        REQUIRE(home.run({"rm", json_text(found, "id")}).status == 0);
    }
    REQUIRE(home.run({"trash", "empty", "--yes"}).status == 0);
    const Outcome again = home.run({"import", "chrome-csv", home.file("c.csv"), "--json"});
    CHECK(has(again.out, R"("created":0,"updated":0,"unchanged":0)"));
    CHECK(has(again.out, "was destroyed here for good"));
    CHECK(home.run({"find", "--json"}).out == "[]\n");
}

TEST_CASE("what was destroyed here and changed there since is an item anew", "[scenario][import]") {
    const Home home;
    home.init();
    const auto import = [&](const std::string& password) {
        write_text(home.file("c.csv"),
                   "name,url,username,password\na,https://a.example,u," + password + "\n");
        return home.run({"import", "chrome-csv", home.file("c.csv"), "--json"}).out;
    };
    const auto destroy = [&] {
        REQUIRE(home.run({"rm", "a"}).status == 0);
        REQUIRE(home.run({"trash", "empty", "--yes"}).status == 0);
    };
    import("1");
    destroy();
    CHECK(has(import("1"), R"("created":0,)"));
    CHECK(has(import("2"), R"("created":1,"updated":0,"unchanged":0,"skipped":[])"));
    CHECK(home.run({"get", "a", "password"}).out == "2\n");
    CHECK(has(import("2"), R"("created":0,"updated":0,"unchanged":1,"skipped":[])"));
    CHECK(has(import("3"), R"("created":0,"updated":1,)"));
    destroy();
    CHECK(has(import("3"), R"("created":0,"updated":0,"unchanged":0,)"));
    CHECK(has(import("4"), R"("created":1,)"));
}

TEST_CASE("rows of one name are told apart by what they say, not by their place",
          "[scenario][import]") {
    const Home home;
    home.init();
    const std::string head = "name,url,username,password\n";
    const std::string one = "a,https://a.example,u,1\n";
    const std::string two = "a,https://a.example,u,2\n";
    const auto import = [&](const std::string& rows) {
        write_text(home.file("c.csv"), head + rows);
        return home.run({"import", "chrome-csv", home.file("c.csv"), "--json"}).out;
    };
    CHECK(has(import(one + two), "\"created\":2"));
    CHECK(has(import(two + one), R"("created":0,"updated":0,"unchanged":2)"));
    CHECK(has(import("a,https://a.example,u,3\n" + one), R"("updated":1,"unchanged":1)"));
}

TEST_CASE("a later export brings its history and its trash, each value once",
          "[scenario][import]") {
    const Home home;
    home.init();
    const auto import = [&](const std::string& password, const std::string& more) {
        write_text(home.file("b.json"), R"({"items":[{"id":"1","name":"a","login":{"password":")" +
                                            password + "\"}," + more + "}]}");
        return home.run({"import", "bitwarden-json", home.file("b.json"), "--json"}).out;
    };
    const std::string oldest = R"({"lastUsedDate":"2020-01-01T00:00:00Z","password":"p1"})";
    const std::string newer = R"({"lastUsedDate":"2021-01-01T00:00:00Z","password":"p2"},)";
    CHECK(has(import("p2", R"("passwordHistory":[)" + oldest + "]"), "\"created\":1"));
    CHECK(has(import("p4", R"("passwordHistory":[{"password":"p3"},)" + newer + oldest + "]"),
              "\"updated\":1"));
    const std::string history = home.run({"history", "a", "--json"}).out;
    for (const std::string value : {"p1", "p2", "p3"}) {
        const std::string quoted = "\"value\":\"" + value + "\"";
        CHECK(has(history, quoted));
        CHECK(history.find(quoted) == history.rfind(quoted));
    }
    CHECK(has(import("p4", R"("deletedDate":"2022-01-01T00:00:00Z")"), "\"updated\":1"));
    CHECK(has(home.run({"trash", "--json"}).out, "\"a\""));
    // Brought back here: only another change in the source would trash it again.
    home.run({"restore", "a"});
    CHECK(has(import("p5", R"("deletedDate":"2022-01-01T00:00:00Z")"), "\"updated\":1"));
    CHECK(home.run({"get", "a", "password"}).out == "p5\n");
    CHECK(home.run({"trash", "--json"}).out == "[]\n");
}

TEST_CASE("items without an id are known by what they are called", "[scenario][import]") {
    const Home home;
    home.init();
    const std::string head = "<KeePassFile><Root><Group><Name>Root</Name>";
    const std::string tail = "</Group></Root></KeePassFile>";
    const auto entry = [](const std::string& title) {
        return "<Entry>" + keepass_string("Title", title) + keepass_string("Password", title) +
               "</Entry>";
    };
    write_text(home.file("x.xml"), head + entry("a") + entry("b") + tail);
    REQUIRE(home.run({"import", "keepass-xml", home.file("x.xml")}).status == 0);
    write_text(home.file("x.xml"), head + entry("new") + entry("b") + entry("a") + tail);
    const Outcome taken = home.run({"import", "keepass-xml", home.file("x.xml"), "--json"});
    CHECK(has(taken.out, R"("created":1,"updated":0,"unchanged":2)"));
}

namespace {

/// An item of Bitwarden's export, with the time of its last change.
std::string dated(const std::string& password, const std::string& notes, const std::string& time) {
    return R"({"items":[{"id":"1","name":"a","notes":")" + notes + R"(","login":{"password":")" +
           password + R"("},"revisionDate":")" + time + "\"}]}";
}

}  // namespace

TEST_CASE("an older export undoes nothing that came after it", "[scenario][import]") {
    const Home home;
    home.init();
    const auto import = [&](const std::string& content) {
        write_text(home.file("b.json"), content);
        return home.run({"import", "bitwarden-json", home.file("b.json"), "--json"}).out;
    };
    const std::string first = dated("p1", "n1", "2021-01-01T00:00:00Z");
    CHECK(has(import(first), "\"created\":1"));
    CHECK(has(import(dated("p2", "n2", "2022-01-01T00:00:00Z")), "\"updated\":1"));
    const std::string before = exported_items(home);
    const std::string older = import(first);
    CHECK(has(older, R"("updated":0,"unchanged":1,"skipped":[)" + skipped("item 1 (a)")));
    CHECK(has(older, "it differs, but is not newer than the vault's (" +
                         json_text(item_json(home, "a"), "id") + ")"));
    CHECK(exported_items(home) == before);
    // A time in the future is none, and makes no later export an older one.
    CHECK(has(import(dated("p3", "n3", "2999-01-01T00:00:00Z")), "\"updated\":1"));
    CHECK(has(import(dated("p4", "n4", "2023-01-01T00:00:00Z")), "\"updated\":1"));
    CHECK(home.run({"get", "a", "password"}).out == "p4\n");
}

TEST_CASE("an edit here that is newer than the source's change stays, and the other is history",
          "[scenario][import]") {
    const Home home;
    home.init();
    const auto import = [&](const std::string& content) {
        write_text(home.file("b.json"), content);
        return home.run({"import", "bitwarden-json", home.file("b.json"), "--json"}).out;
    };
    import(dated("p1", "n1", "2021-01-01T00:00:00Z"));
    home.run({"edit", "a", "--stdin"}, R"({"password":"mine"})");
    // Notes that nobody touched here are taken all the same.
    const std::string later = import(dated("p2", "n2", "2022-01-01T00:00:00Z"));
    CHECK(has(later, "\"updated\":1"));
    CHECK(has(later, "not newer than the vault's"));
    CHECK(home.run({"get", "a", "password"}).out == "mine\n");
    CHECK(home.run({"get", "a", "notes"}).out == "n2\n");
    const std::string history = home.run({"history", "a", "--json"}).out;
    CHECK(has(history, R"("field":"password","value":"p2","at":"2022-01-01T00:00:00Z")"));
    expect_twice_changes_nothing(home, "bitwarden-json", "b.json");
    // Removed here: that stays too.
    home.run({"edit", "a", "--stdin"}, R"({"notes":null})");
    CHECK(has(import(dated("p2", "n3", "2023-01-01T00:00:00Z")), "not newer"));
    CHECK(home.run({"get", "a", "notes"}).status == 3);
}

TEST_CASE("an item whose type is not stored is the same as its export", "[scenario][import]") {
    const Home home;
    home.init();
    REQUIRE(home.run({"add", "b", "--username", "q"}).status == 0);
    REQUIRE(home.run({"export", "--yes", "--output", home.file("g.json")}).status == 0);
    const Outcome again = home.run({"import", "json", home.file("g.json"), "--json"});
    CHECK(has(again.out, R"("created":0,"updated":0,"unchanged":1,"skipped":[])"));
}

}  // namespace sparekey::tests
