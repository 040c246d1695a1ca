// Imports from other password managers: real exports of KeePassXC, small ones of the others.
#include "tests/support/import.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>

namespace sparekey::tests {
namespace {

/// Runs a line of shell in the home's folder; its exit code.
int shell(const Home& home, const std::string& line) {
    return std::system(("cd " + home.path() + " && { " + line + "; } >/dev/null 2>&1").c_str());
}

/// A database by the real keepassxc-cli, exported as x.xml and x.csv.
void make_keepassxc_exports(const Home& home) {
    REQUIRE(shell(home, R"(
        export QT_QPA_PLATFORM=offscreen
        printf 'pw\npw\n' | keepassxc-cli db-create -p a.kdbx &&
        printf 'pw\n' | keepassxc-cli mkdir a.kdbx Work &&
        printf 'pw\nfirst, "quoted"\n' | keepassxc-cli add a.kdbx Work/GitHub -u alice \
            --url https://github.com --notes 'a note' -p &&
        printf 'pw\nsecond\n' | keepassxc-cli edit a.kdbx Work/GitHub -p &&
        printf 'pw\n' | keepassxc-cli add -g a.kdbx 'Ünïcode, "1"' -u bob &&
        echo hello >f.txt &&
        printf 'pw\n' | keepassxc-cli attachment-import a.kdbx Work/GitHub f.txt f.txt &&
        printf 'pw\n' | keepassxc-cli export -f xml a.kdbx >x.xml &&
        printf 'pw\n' | keepassxc-cli export -f csv a.kdbx >x.csv &&
        printf 'pw\n' | keepassxc-cli add -g a.kdbx Gone -u gone &&
        printf 'pw\n' | keepassxc-cli rm a.kdbx Gone &&
        printf 'pw\n' | keepassxc-cli export -f xml a.kdbx >trash.xml)") == 0);
}

}  // namespace

TEST_CASE("KeePassXC's own XML export is taken in with history, attachment and trash",
          "[scenario][import]") {
    const Home home;
    home.init();
    make_keepassxc_exports(home);
    const Outcome dry = home.run({"import", "keepass-xml", home.file("x.xml"), "--dry-run"});
    CHECK(dry.status == 0);
    CHECK(home.run({"find", "--json"}).out == "[]\n");
    const Outcome taken = home.run({"import", "keepass-xml", home.file("x.xml"), "--json"});
    REQUIRE(taken.status == 0);
    CHECK(has(taken.out, "\"created\":2"));
    const std::string github = item_json(home, "github");
    CHECK(has(github, R"("password":"second")"));
    CHECK(has(github, R"("urls":["https://github.com"])"));
    CHECK(has(github, R"("tags":["Work"])"));
    CHECK(has(home.run({"history", "github", "--json"}).out, R"(first, \"quoted\")"));
    CHECK(home.run({"attachment", "github", "f.txt"}).out == "hello\n");
    CHECK(has(item_json(home, "Ünïcode"), R"("username":"bob")"));
    expect_twice_changes_nothing(home, "keepass-xml", "x.xml");
    // The same database later, with something in its recycle bin.
    const Outcome later = home.run({"import", "keepass-xml", home.file("trash.xml"), "--json"});
    CHECK(has(later.out, R"("created":1)"));
    CHECK(has(home.run({"trash", "--json"}).out, "Gone"));
    CHECK(home.run({"attachment", "github", "f.txt"}).out == "hello\n");
}

TEST_CASE("an attachment that an export names but does not hold is told, not made up",
          "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("x.xml"),
               "<KeePassFile><Root><Group><Name>Root</Name><Entry><UUID>AAAA</UUID>"
               "<String><Key>Title</Key><Value>Site</Value></String>"
               "<Binary><Key>f.txt</Key><Value Ref=\"0\"/></Binary>"
               "</Entry></Group></Root></KeePassFile>");
    const Outcome taken = home.run({"import", "keepass-xml", home.file("x.xml"), "--json"});
    REQUIRE(taken.status == 0);
    CHECK(has(taken.out, "f.txt"));
    CHECK(has(taken.out, skipped("entry 1 (Site)")));
    CHECK(home.run({"attachment", "site", "f.txt"}).status == 3);
}

TEST_CASE("KeePassXC's own CSV export is taken in", "[scenario][import]") {
    const Home home;
    home.init();
    make_keepassxc_exports(home);
    REQUIRE(home.run({"import", "keepassxc-csv", home.file("x.csv")}).status == 0);
    CHECK(home.run({"get", "github", "password"}).out == "second\n");
    CHECK(has(item_json(home, "Ünïcode, \"1\""), R"("username":"bob")"));
    expect_twice_changes_nothing(home, "keepassxc-csv", "x.csv");
}

TEST_CASE("exports of Chrome, Firefox and Bitwarden are taken in", "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("chrome.csv"),
               "name,url,username,password,note\r\n"
               "shop.example,https://shop.example/login,carol,\"pa\"\"ss,\nword\",remember\r\n");
    REQUIRE(home.run({"import", "chrome-csv", home.file("chrome.csv")}).status == 0);
    CHECK(home.run({"get", "shop.example", "password"}).out == "pa\"ss,\nword\n");
    CHECK(home.run({"get", "shop.example", "notes"}).out == "remember\n");
    expect_twice_changes_nothing(home, "chrome-csv", "chrome.csv");

    write_text(home.file("firefox.csv"),
               "\"url\",\"username\",\"password\",\"httpRealm\",\"formActionOrigin\",\"guid\","
               "\"timeCreated\",\"timeLastUsed\",\"timePasswordChanged\"\r\n"
               "\"https://forum.example\",\"dave\",\"pw\",,\"https://forum.example\","
               "\"{0b1c2d3e-0000-4000-8000-000000000001}\",\"1600000000000\",\"1600000000000\","
               "\"1650000000000\"\r\n");
    REQUIRE(home.run({"import", "firefox-csv", home.file("firefox.csv")}).status == 0);
    const std::string forum = item_json(home, "forum.example");
    CHECK(has(forum, R"("username":"dave")"));
    CHECK(has(forum, R"("created":"2020-09-13T12:26:40Z")"));
    expect_twice_changes_nothing(home, "firefox-csv", "firefox.csv");

    write_text(home.file("bw.csv"),
               "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,"
               "login_password,login_totp\n"
               "Home,1,login,Router,by the door,\"pin: 99\nmodel: X\",0,"
               "\"https://a.example,https://b.example\",admin,hunter2,JBSWY3DPEHPK3PXP\n"
               ",,note,Alarm,code 77,,0,,,,\n");
    REQUIRE(home.run({"import", "bitwarden-csv", home.file("bw.csv")}).status == 0);
    const std::string router = item_json(home, "router");
    CHECK(has(router, R"("tags":["Home"])"));
    CHECK(has(router, R"("favorite":true)"));
    CHECK(has(router, R"("https://a.example","https://b.example")"));
    CHECK(home.run({"get", "router", "pin"}).out == "99\n");
    CHECK(home.run({"get", "router", "model"}).out == "X\n");
    CHECK(home.run({"otp", "router"}).status == 0);
    CHECK(has(item_json(home, "alarm"), R"("type":"note")"));
    expect_twice_changes_nothing(home, "bitwarden-csv", "bw.csv");

    const std::string demo = std::string(SPAREKEY_VECTORS) + "/imports/demo-bitwarden.json";
    REQUIRE(home.run({"import", "bitwarden-json", demo}).status == 0);
    CHECK(has(home.run({"history", "github", "--json"}).out, "old-octocat-1"));
    CHECK(has(item_json(home, "riverside"), R"("password":"quiet.Harbour.19")"));
}

TEST_CASE("an unreadable one-time code is kept as a field", "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("b.json"),
               R"({"items":[{"name":"x","login":{"totp":"not a seed!"}},
                            {"name":"y","login":{"totp":"otpauth://totp/y?secret=ABCDEFGH&digits=5)"
               R"(&encoder=steam"}}]})");
    const Outcome taken = home.run({"import", "bitwarden-json", home.file("b.json"), "--json"});
    REQUIRE(taken.status == 0);
    CHECK(has(taken.out, R"({"field":"totp (custom field: )"));
    CHECK(has(item_json(home, "x"), R"({"name":"totp","value":"not a seed!","secret":true})"));
    CHECK(home.run({"otp", "y"}).out.size() == 6);
    expect_twice_changes_nothing(home, "bitwarden-json", "b.json");
}

TEST_CASE("empty, short, long and repeated CSV rows", "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("c.csv"),
               "name,url,username,password,note\n,,,,\na,,u,p,,,\na,,u,p,\n\"\"\nb,,u,p\n");
    const Outcome taken = home.run({"import", "chrome-csv", home.file("c.csv"), "--json"});
    INFO(taken.err);
    CHECK(has(taken.out, "\"created\":2"));
    CHECK(has(taken.out, R"({"where":"line 4","reason":"the same as line 3"})"));
    CHECK_FALSE(has(home.run({"find", "--json"}).out, "Untitled"));
    write_text(home.file("c.csv"), "name,url,username,password\nx,y,z\n");
    const Outcome refused = home.run({"import", "chrome-csv", home.file("c.csv")});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "line 2"));
}

TEST_CASE("Bitwarden's odder CSV cells", "[scenario][import]") {
    const Home home;
    home.init();
    write_text(
        home.file("bw.csv"),
        "type,name,fields,login_uri,login_username,login_password,extra\n"
        "login,x,\"PIN: 1\r\nplan: b\",\"\"\"https://a.example/?x=1,2\"\",https://b.example\","
        "u,p,e\n");
    REQUIRE(home.run({"import", "bitwarden-csv", home.file("bw.csv")}).status == 0);
    const std::string item = item_json(home, "x");
    CHECK(has(item, R"({"name":"PIN","value":"1","secret":true})"));
    CHECK(has(item, R"({"name":"plan","value":"b","secret":false})"));
    CHECK(has(item, R"({"name":"extra","value":"e","secret":true})"));
    CHECK(has(item, R"("urls":["https://a.example/?x=1,2","https://b.example"])"));
}

TEST_CASE("Bitwarden's odder JSON members", "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("b.json"), R"({"items":[
        {"login":{"uri":"https://old.example/x"},"future":{"a":1},
         "fields":[{"name":"n","value":42},{"name":"gone","value":""}]},
        {"name":"s","login":{"uris":["https://s.example",{"uri":"https://t.example","match":1},
         {"uri":"https://u.example","match":2}]},
         "revisionDate":"2020-01-01T00:00:00Z","deletedDate":"2021-02-03T00:00:00Z"}]})");
    const Outcome taken = home.run({"import", "bitwarden-json", home.file("b.json"), "--json"});
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    CHECK(has(taken.out, unmapped("login.uris.match (custom field)")));
    CHECK(has(taken.out, unmapped("future (custom field)")));
    const std::string old = item_json(home, "old.example");
    CHECK(has(old, R"("title":"old.example")"));
    CHECK(has(old, R"({"name":"n","value":"42","secret":false})"));
    CHECK(has(old, R"({"name":"gone","value":"","secret":false})"));
    CHECK(has(old, R"({"name":"future","value":"{\"a\":1}","secret":true})"));
    const std::string all = home.run({"export", "--yes"}).out;
    CHECK(has(all, R"("urls":["https://s.example","https://t.example","https://u.example"])"));
    CHECK(has(all, R"("modified":"2021-02-03T00:00:00Z")"));
    expect_twice_changes_nothing(home, "bitwarden-json", "b.json");
    write_text(home.file("p.json"), R"({"encrypted":true,"passwordProtected":true})");
    CHECK(has(home.run({"import", "bitwarden-json", home.file("p.json")}).err, "password"));
}

TEST_CASE("a key that stands twice in Bitwarden's JSON changes nothing", "[scenario][import]") {
    const Home home;
    home.init();
    const auto refused = [&](const std::string& content, const std::string& why) {
        write_text(home.file("b.json"), content);
        const Outcome outcome = home.run({"import", "bitwarden-json", home.file("b.json")});
        INFO(outcome.err);
        CHECK(outcome.status == 2);
        CHECK(has(outcome.err, why));
        CHECK(home.run({"find", "--json"}).out == "[]\n");
    };
    refused(
        "{\"items\":[{\"name\":\"first\"},\n{\"name\":\"s\",\n"
        "\"login\":{\"password\":\"1\",\"password\":\"2\"}}]}",
        "line 3: the key \"password\" stands twice in one object");
    refused("{\"items\":[{\"name\":\"first\"}],\n\"items\":[{\"name\":\"second\"}]}",
            "line 2: the key \"items\" stands twice in one object");
}

}  // namespace sparekey::tests
