// What other managers have and Sparekey has no place for: kept in fields, or told.
#include "tests/support/import.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

TEST_CASE("an address that Bitwarden never fills in, or that is an expression, is no address here",
          "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("b.json"), R"({"items":[{"name":"s","login":{"username":"u","password":"p",
        "uris":[{"uri":"https://never.example","match":5},{"uri":"https://x.*\\.example","match":4},
         {"uri":"https://exact.example","match":3},{"uri":"https://plain.example","match":null},
         {"uri":"https://odd.example","match":9}]}}]})");
    REQUIRE(home.run({"import", "bitwarden-json", home.file("b.json")}).status == 0);
    const std::string item = item_json(home, "s");
    CHECK(has(item, R"("urls":["https://exact.example","https://plain.example",)"
                    R"("https://odd.example"])"));
    for (const auto& [rule, url] : std::vector<std::pair<std::string, std::string>>{
             {"never", "https://never.example"},
             {"regular expression", "https://x.*\\\\.example"},
             {"exact", "https://exact.example"},
             {"9", "https://odd.example"}}) {
        CHECK(has(item, R"({"name":"url match: )" + rule + R"(","value":")" + url + '"'));
    }
    const auto served = [&](const std::string& host) {
        return home.run({"git-credential", "get"}, "protocol=https\nhost=" + host + "\n\n").out;
    };
    CHECK(served("never.example").empty());
    CHECK(has(served("exact.example"), "password=p"));
}

TEST_CASE("what Bitwarden has and Sparekey has not becomes fields, and the report says so",
          "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("b.json"), R"({"folders":[{"id":"f","name":"Used"},
        {"id":"e","name":"Empty"}],"items":[
        {"name":"a","folderId":"f","reprompt":1,"archivedDate":"2024-01-02T00:00:00Z",
         "creationDate":"yesterday","fields":[{"name":"login","type":3,"linkedId":100},
         {"name":"card","type":3,"linkedId":305},{"name":"nothing","value":null}],
         "login":{"username":"u"}},
        {"name":"b","folderId":"nowhere","login":{}}]})");
    const Outcome taken = home.run({"import", "bitwarden-json", home.file("b.json"), "--json"});
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    const std::string item = item_json(home, "a");
    CHECK(has(item, R"("tags":["Used","archived"])"));
    for (const char* const field :
         {R"({"name":"reprompt","value":"1","secret":false})",
          R"({"name":"archivedDate","value":"2024-01-02T00:00:00Z","secret":false})",
          R"({"name":"login","value":"linked to username","secret":false})",
          R"({"name":"card","value":"linked to 305","secret":false})",
          R"({"name":"nothing","value":"","secret":false})"}) {
        CHECK(has(item, field));
    }
    CHECK(has(taken.out, "\"skipped\":[" + skipped("folder (Empty)") + "no item is in it\"}]"));
    // What was left out, then what was kept.
    CHECK(has(taken.out, "\"unmapped\":[" + unmapped("creationDate that is no time") + "," +
                             unmapped("folderId of no folder in the export") + "," +
                             unmapped("archivedDate (custom field)") + "," +
                             unmapped("fields (linked) (custom field)") + "," +
                             unmapped("reprompt (custom field)") + "]"));
    const std::string told =
        home.run({"import", "bitwarden-json", home.file("b.json"), "--dry-run"}).out;
    CHECK(has(told, "left out creationDate that is no time, of 1 item\n"));
    CHECK(has(told, "kept in another place reprompt (custom field), of 1 item\n"));
    expect_twice_changes_nothing(home, "bitwarden-json", "b.json");
}

TEST_CASE("columns that say more than an item has are fields too", "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("bw.csv"),
               "type,name,reprompt,login_uri,login_username,login_password\n"
               "card,x,1,,u,p\nlogin,y,0,,u,p\n");
    REQUIRE(home.run({"import", "bitwarden-csv", home.file("bw.csv")}).status == 0);
    CHECK(has(item_json(home, "x"), R"("fields":[{"name":"type","value":"card","secret":false},)"
                                    R"({"name":"reprompt","value":"1","secret":false}])"));
    CHECK(has(item_json(home, "y"), R"("fields":[])"));
    write_text(home.file("f.csv"),
               "url,username,password,timeCreated,timeLastUsed,timePasswordChanged\n"
               "https://forum.example/in,dave,pw,soon,1600000000000,1650000000000\n");
    const Outcome taken = home.run({"import", "firefox-csv", home.file("f.csv"), "--json"});
    CHECK(has(taken.out, unmapped("timeCreated that is no time")));
    CHECK(home.run({"get", "forum.example", "timeLastUsed"}).out == "2020-09-13T12:26:40Z\n");
}

TEST_CASE("an item without a title is called by its host, else its user name",
          "[scenario][import]") {
    const auto title = [](const std::string& format, const std::string& content) {
        const Home home;
        home.init();
        write_text(home.file("in"), content);
        REQUIRE(home.run({"import", format, home.file("in")}).status == 0);
        return json_text(home.run({"find", "--json"}).out, "title");
    };
    const std::string chrome = "name,url,username,password\n";
    CHECK(title("chrome-csv", chrome + ",https://a.example/login?x=1,u,p\n") == "a.example");
    CHECK(title("chrome-csv", chrome + ",,u,p\n") == "u");
    CHECK(title("chrome-csv", chrome + ",,,p\n") == "Untitled");
    CHECK(title("firefox-csv", "url,username,password\nhttps://a.example/in,u,p\n") == "a.example");
    CHECK(title("keepassxc-csv",
                "Group,Title,Username,Password,URL\nRoot,,u,p,https://a.example/\n") ==
          "a.example");
    CHECK(title("bitwarden-json", R"({"items":[{"login":{"username":"u"}}]})") == "u");
    CHECK(title("keepass-xml", keepass_entry(keepass_string("URL", "https://a.example/x"))) ==
          "a.example");
}

TEST_CASE("an export by a pipe never lies on the disk", "[scenario][import]") {
    const Home home;
    home.init();
    const std::string rows = "name,url,username,password\na,,u,one\n";
    const Outcome taken = home.run({"import", "chrome-csv", "-"}, rows);
    INFO(taken.err);
    CHECK(taken.status == 0);
    CHECK_FALSE(has(taken.err, "delete it"));
    CHECK(home.run({"get", "a", "password"}).out == "one\n");
    // The password first, where it comes that way too.
    const Outcome both =
        home.run_bare({"import", "chrome-csv", "-", "--password-file", "-", "--json"},
                      read_text(home.file("password")) + rows);
    CHECK(has(both.out, "\"unchanged\":1"));
    CHECK(home.run({"import", "chrome-csv", "-"}).status == 2);
}

}  // namespace sparekey::tests
