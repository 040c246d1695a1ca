// Imports: real exports of KeePassXC, small ones of the others, and files that are hostile.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace sparekey::tests {
namespace {

std::string item_json(const Home& home, const std::string& query) {
    const Outcome got = home.run({"get", query, "--json"});
    INFO(got.err);
    REQUIRE(got.status == 0);
    return got.out;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

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

void expect_twice_changes_nothing(const Home& home, const std::string& format,
                                  const std::string& file) {
    const std::string before = home.run({"export", "--yes"}).out;
    const Outcome again = home.run({"import", format, home.file(file), "--json"});
    CHECK(again.status == 0);
    CHECK(has(again.out, "\"created\":0,\"updated\":0,"));
    const std::string after = home.run({"export", "--yes"}).out;
    CHECK(before.substr(before.find("\"items\"")) == after.substr(after.find("\"items\"")));
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
    CHECK(has(taken.out, "\"where\":\"entry 1\""));
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

TEST_CASE("malformed files change nothing and name the place", "[scenario][import]") {
    const Home home;
    home.init();
    const auto refused = [&](const std::string& format, const std::string& content,
                             const std::string& place) {
        write_text(home.file("bad"), content);
        const Outcome outcome = home.run({"import", format, home.file("bad")});
        INFO(format << ": " << outcome.err);
        CHECK(outcome.status == 2);
        CHECK(has(outcome.err, place));
        CHECK(home.run({"find", "--json"}).out == "[]\n");
    };
    const std::string head = "name,url,username,password\n";
    refused("chrome-csv", head + "a,b,c,d\nx,y,z,\"open\n", "line 3");
    refused("chrome-csv", head + "a,b,c,d\na,b,c,d\nx,y\"z,u,v\n", "line 4");
    refused("chrome-csv", head + "a,b,c,d,e,f\n", "line 2");
    refused("chrome-csv", "name,url\na,b\n", "username");
    refused("chrome-csv", head + "a,b,c,\xff\n", "UTF-8");
    refused("chrome-csv", head + "good,b,c,d\nbad,b,c," + std::string(70'000, 'x') + "\n",
            "line 3");
    refused("firefox-csv", "", "empty");
    refused("bitwarden-json", "{\"items\":[{\"name\":1}]", "line 1");
    refused("bitwarden-json", "{\"encrypted\":true,\"items\":[]}", "encrypted");
    refused("json", "{\"sparekey_export\":2,\"items\":[]}", "newer");
    refused("keepass-xml", "<KeePassFile><Root>", "");
    refused("keepass-xml",
            "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;\">]><KeePassFile>&c;"
            "</KeePassFile>",
            "");
    refused("keepass-xml", std::string("<KeePassFile>\0</KeePassFile>", 28), "NUL");
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<Group>";
    refused("keepass-xml", "<KeePassFile><Root>" + deep, "");
    CHECK(home.run({"import", "nonsense", home.file("bad")}).status == 2);
    CHECK(home.run({"import", "chrome-csv", home.file("missing")}).status == 3);
}

TEST_CASE("a file of 5 GB is refused by its size, before it is read", "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("huge"), "");
    REQUIRE(::truncate(home.file("huge").c_str(), off_t{5} << 30) == 0);
    const Outcome refused = home.run({"import", "chrome-csv", home.file("huge")});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "1 GiB"));
}

}  // namespace sparekey::tests
