// Imports: real exports of KeePassXC, small ones of the others, and files that are hostile.
#include "tests/support/pseudo_terminal.h"

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

TEST_CASE("a HOTP goes on where it was after an export and an import", "[scenario][import]") {
    const Home home;
    home.init();
    home.run({"add", "bank", "--stdin"},
             R"({"totp":"otpauth://hotp/b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=0"})");
    CHECK(home.run({"otp", "bank"}).out == "755224\n");
    CHECK(home.run({"otp", "bank"}).out == "287082\n");
    const std::string exported = home.run({"export", "--yes"}).out;
    CHECK(has(exported, "&counter=2"));
    const Home other;
    other.init();
    write_text(other.file("x.json"), exported);
    REQUIRE(other.run({"import", "json", other.file("x.json")}).status == 0);
    expect_twice_changes_nothing(other, "json", "x.json");
    const std::string again = other.run({"export", "--yes"}).out;
    CHECK(again.substr(again.find("\"items\"")) == exported.substr(exported.find("\"items\"")));
    CHECK(other.run({"otp", "bank"}).out == "359152\n");
    // Back where it came from: the counter rises, and never falls.
    write_text(home.file("x.json"), other.run({"export", "--yes"}).out);
    write_text(home.file("old.json"), exported);
    const std::string id = json_text(item_json(home, "bank"), "id");
    CHECK(has(home.run({"import", "json", home.file("x.json"), "--json"}).out, "\"updated\":1"));
    CHECK(
        has(home.run({"import", "json", home.file("old.json"), "--json"}).out, "\"unchanged\":1"));
    CHECK(home.run({"otp", id}).out == "969429\n");
}

TEST_CASE("a HOTP counter at its end is refused, not started over", "[scenario][import]") {
    const Home home;
    home.init();
    home.run({"add", "end", "--stdin"},
             R"({"totp":"otpauth://hotp/b?secret=ABCDEFGH&counter=18446744073709551615"})");
    CHECK(home.run({"otp", "end"}).status == 6);
    CHECK(home.run({"otp", "end"}).status == 6);
}

TEST_CASE("own JSON as the manual describes it is taken in", "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("x.json"), R"({"sparekey_export":1,"items":[
        {"title":"only"},
        {"title":"old","password":"now","revision":7,"deleted":true,
         "created":"2020-01-02T03:04:05Z","modified":"2021-01-02T03:04:05Z",
         "history":[{"n":1,"field":"password","value":"then","at":"2020-05-01T00:00:00Z"},
                    {"field":"pin","value":"12"},{"field":"url","value":"https://o.example"}]}]})");
    const Outcome taken = home.run({"import", "json", home.file("x.json"), "--json"});
    INFO(taken.err);
    REQUIRE(has(taken.out, "\"created\":2"));
    expect_twice_changes_nothing(home, "json", "x.json");
    const std::string all = home.run({"export", "--yes"}).out;
    CHECK(has(all, R"("modified":"2021-01-02T03:04:05Z","revision":7,"deleted":true)"));
    CHECK(has(all, R"("field":"password","value":"then","at":"2020-05-01T00:00:00Z")"));
    CHECK(has(all, R"("field":"url","value":"https://o.example")"));
}

TEST_CASE("malformed own JSON names the item", "[scenario][import]") {
    const Home home;
    home.init();
    const auto refused = [&](const std::string& members) {
        write_text(home.file("bad.json"),
                   R"({"sparekey_export":1,"items":[{"title":"a"},{)" + members + "}]}");
        const Outcome outcome = home.run({"import", "json", home.file("bad.json")});
        INFO(members << ": " << outcome.err);
        CHECK(outcome.status == 2);
        CHECK(has(outcome.err, "item 2"));
    };
    const std::string id = home.run({"add", "here", "--json"}).out;
    for (const std::string& head :
         {std::string(R"("title":"t",)"), R"("title":"t","id":")" + json_text(id, "id") + "\","}) {
        refused(head + R"("created":"yesterday")");
        refused(head + R"("modified":7)");
        refused(head + R"("deleted":"yes")");
        refused(head + R"("revision":-1)");
        refused(head + R"("history":{})");
        refused(head + R"("attachments":1)");
        refused(head + R"("attachments":[{"name":"f","size":3,"data":"YQ=="}])");
        refused(head + R"("attachments":[{"name":"f","sha256":"00","data":"YQ=="}])");
        refused(head + R"("unknown":1)");
    }
    refused(R"("username":"no title")");
}

TEST_CASE("a newer version of an item moves it into the trash and out of it; an older one is told",
          "[scenario][import]") {
    const Home home;
    home.init();
    const auto import = [&](const std::string& day, const std::string& more) {
        write_text(
            home.file("x.json"),
            R"({"sparekey_export":1,"items":[{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaa","title":"t",)"
            R"("modified":"2022-01-)" +
                day + R"(T00:00:00Z",)" + more + "}]}");
        return home.run({"import", "json", home.file("x.json"), "--json"}).out;
    };
    CHECK(has(import("01", R"("deleted":false)"), "\"created\":1"));
    CHECK(has(import("03", R"("deleted":true)"), "\"updated\":1"));
    CHECK(has(home.run({"trash", "--json"}).out, "\"t\""));
    CHECK(has(import("05", R"("deleted":false)"), "\"updated\":1"));
    CHECK(home.run({"trash", "--json"}).out == "[]\n");
    const std::string older = import("04", R"("username":"u")");
    CHECK(has(older, "\"unchanged\":1"));
    CHECK(has(older, "not newer"));
}

TEST_CASE("an attachment that only the history holds travels along", "[scenario][import]") {
    const Home home;
    home.init();
    home.run({"add", "site", "--stdin"}, "{}");
    write_text(home.file("f.txt"), "hello\n");
    REQUIRE(home.run({"attach", "site", home.file("f.txt")}).status == 0);
    REQUIRE(home.run({"detach", "site", "f.txt"}).status == 0);
    const std::string exported = home.run({"export", "--yes"}).out;
    const Home other;
    other.init();
    write_text(other.file("x.json"), exported);
    REQUIRE(other.run({"import", "json", other.file("x.json")}).status == 0);
    const std::string again = other.run({"export", "--yes"}).out;
    CHECK(again.substr(again.find("\"items\"")) == exported.substr(exported.find("\"items\"")));
    REQUIRE(other.run({"history", "site", "--revert", "attachment@1"}).status == 0);
    CHECK(other.run({"attachment", "site", "f.txt"}).out == "hello\n");
    CHECK(other.run({"export", "--yes"}).status == 0);

    // An export by an earlier version had the manifest without the data.
    const auto data = exported.find(",\"data\":");
    const auto text = exported.find("\"text\":\"\"");
    REQUIRE((data != std::string::npos && text != std::string::npos));
    std::string bare = exported;
    bare.erase(data, bare.find('}', data) - data);
    bare.replace(text, 9,
                 "\"text\":\"aaaaaaaaaaaaaaaaaaaaaaaaaa 6 " + std::string(64, '0') + " 1\"");
    const Home third;
    third.init();
    write_text(third.file("x.json"), bare);
    REQUIRE(third.run({"import", "json", third.file("x.json")}).status == 0);
    CHECK(third.run({"history", "site", "--revert", "attachment@1"}).status == 3);
    CHECK(third.run({"export", "--yes"}).status == 0);
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
    CHECK(has(again.out, R"("created":0,"updated":0,"unchanged":2)"));
    CHECK(home.run({"find", "--json"}).out == "[]\n");
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

TEST_CASE("a long text becomes an attachment", "[scenario][import]") {
    const Home home;
    home.init();
    const std::string note(70'000, 'x');
    write_text(home.file("c.csv"), "name,url,username,password,note\na,,u,p," + note + "\n");
    const Outcome taken = home.run({"import", "chrome-csv", home.file("c.csv"), "--json"});
    REQUIRE(taken.status == 0);
    CHECK(has(taken.out, "notes.txt"));
    CHECK(home.run({"attachment", "a", "notes.txt"}).out == note);
    expect_twice_changes_nothing(home, "chrome-csv", "c.csv");

    std::string fields;
    for (int i = 0; i < 1200; ++i) {
        fields += (i > 0 ? "," : "") + std::string(R"({"name":"f","value":"v","type":0})");
    }
    write_text(home.file("b.json"),
               R"({"items":[{"id":"1","name":"many","fields":[)" + fields + "]}]}");
    REQUIRE(home.run({"import", "bitwarden-json", home.file("b.json")}).status == 0);
    CHECK(has(home.run({"attachment", "many", "fields.json"}).out, R"({"name":"f","value":"v")"));
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
    CHECK(has(taken.out, R"("where":"item 1")"));
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
    CHECK(has(taken.out, R"({"field":"login.uris.match","items":1})"));
    CHECK(has(taken.out, "gone"));
    const std::string old = item_json(home, "old.example");
    CHECK(has(old, R"("title":"old.example")"));
    CHECK(has(old, R"({"name":"n","value":"42","secret":false})"));
    CHECK(has(old, R"({"name":"future","value":"{\"a\":1}","secret":true})"));
    const std::string all = home.run({"export", "--yes"}).out;
    CHECK(has(all, R"("urls":["https://s.example","https://t.example","https://u.example"])"));
    CHECK(has(all, R"("modified":"2021-02-03T00:00:00Z")"));
    expect_twice_changes_nothing(home, "bitwarden-json", "b.json");
    write_text(home.file("p.json"), R"({"encrypted":true,"passwordProtected":true})");
    CHECK(has(home.run({"import", "bitwarden-json", home.file("p.json")}).err, "password"));
}

namespace {

std::string keepass_string(const std::string& key, const std::string& value,
                           const std::string& attributes = {}) {
    return "<String><Key>" + key + "</Key><Value" + attributes + ">" + value + "</Value></String>";
}

std::string keepass_entry(const std::string& content) {
    return "<KeePassFile><Root><Group><Name>Root</Name><Entry>" + content +
           "</Entry></Group></Root></KeePassFile>";
}

Outcome import_entry(const Home& home, const std::string& content) {
    write_text(home.file("x.xml"), keepass_entry(content));
    return home.run({"import", "keepass-xml", home.file("x.xml"), "--json"});
}

}  // namespace

TEST_CASE("KeePass's odder entries lose nothing", "[scenario][import]") {
    const Home home;
    home.init();
    const std::string history =
        "<History><Entry>" + keepass_string("Title", "t") + keepass_string("Password", "old") +
        keepass_string("URL", "https://old.example") + keepass_string("pin", "1") +
        "<Times><LastModificationTime>2020-01-01T00:00:00Z</LastModificationTime></Times>" +
        "</Entry></History>";
    const Outcome taken = import_entry(
        home, keepass_string("Title", "t") + keepass_string("KP2A_URL", "https://b.example") +
                  keepass_string("URL", "https://a.example") +
                  keepass_string("Password", "p<!-- x -->q<![CDATA[<r>]]> s") +
                  keepass_string("pin", "2") + keepass_string("pin", "3") +
                  "<Tags> one ; two</Tags><OverrideURL>cmd://x</OverrideURL><IconID>7</IconID>"
                  "<CustomData><Item><Key>k</Key><Value>v</Value></Item></CustomData>"
                  "<Binary><Key>f</Key><Value>aGVs\n bG8=</Value></Binary>"
                  "<Binary><Key>f</Key><Value>aGk=</Value></Binary>" +
                  history);
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    CHECK(has(taken.out, R"({"field":"IconID","items":1})"));
    const std::string item = item_json(home, "t");
    CHECK(has(item, R"("password":"pq<r> s")"));
    CHECK(has(item, R"("urls":["https://a.example","https://b.example"])"));
    CHECK(has(item, R"("tags":["one","two"])"));
    CHECK(has(item, R"({"name":"pin","value":"3","secret":false})"));
    CHECK(has(item, R"({"name":"OverrideURL","value":"cmd://x","secret":false})"));
    CHECK(has(item, R"({"name":"k","value":"v","secret":true})"));
    CHECK(home.run({"attachment", "t", "f"}).out == "hello");
    CHECK(home.run({"attachment", "t", "f (2)"}).out == "hi");
    const std::string old = home.run({"history", "t", "--json"}).out;
    CHECK(has(old, R"("field":"password","value":"old")"));
    CHECK(has(old, R"("field":"url","value":"https://old.example")"));
    CHECK(has(old, R"("field":"pin","value":"1")"));
    expect_twice_changes_nothing(home, "keepass-xml", "x.xml");
}

TEST_CASE("KeePass texts that cannot be what they were are refused", "[scenario][import]") {
    const Home home;
    home.init();
    for (const std::string& string :
         {keepass_string("Password", "a&#0;b"), keepass_string("Password", "a&#x00;b"),
          keepass_string("Password", "QUJD", " Protected=\"True\"")}) {
        const Outcome refused = import_entry(home, keepass_string("Title", "t") + string);
        INFO(refused.err);
        CHECK(refused.status == 2);
        CHECK(has(refused.err, "entry 1"));
    }
}

TEST_CASE("KeePass's one-time codes in all their forms", "[scenario][import]") {
    const auto seed = [](const std::string& strings) {
        const Home home;
        home.init();
        const Outcome taken = import_entry(home, keepass_string("Title", "t") + strings);
        INFO(taken.err);
        REQUIRE(taken.status == 0);
        return item_json(home, "t") + taken.out;
    };
    const std::string base32 = "gezdgnbvgy3tqojqgezdgnbvgy3tqojq";
    CHECK(has(seed(keepass_string("TimeOtp-Secret", "12345678901234567890")), base32));
    CHECK(has(seed(keepass_string("TimeOtp-Secret-Hex",
                                  "31323334353637383930"
                                  "31323334353637383930")),
              base32));
    CHECK(has(seed(keepass_string("HmacOtp-Secret-Base64", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=") +
                   keepass_string("HmacOtp-Counter", "5")),
              base32 + "&counter=5"));
    const std::string two = seed(keepass_string("otp", "otpauth://totp/x?secret=ABCDEFGH") +
                                 keepass_string("TOTP Seed", "ABCDABCD"));
    CHECK(has(two, R"({"name":"TOTP Seed","value":"ABCDABCD","secret":true})"));
    CHECK(has(two, "an item has one one-time code"));
    const std::string bad = seed(keepass_string("TimeOtp-Secret-Hex", "xyz"));
    CHECK(has(bad, R"({"name":"TimeOtp-Secret-Hex","value":"xyz","secret":true})"));
    CHECK(has(seed(keepass_string("otp", "?!")), R"({"name":"totp","value":"?!","secret":true})"));
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

TEST_CASE("a history record of no field that there is never gets into the vault",
          "[scenario][import]") {
    const Home home;
    home.init();
    for (const char* record : {R"({"kind":3,"name":"evil","text":"x"})",
                               R"({"kind":3,"ordinal":7,"name":"","text":"x"})",
                               R"({"kind":99,"name":"","text":"x"})"}) {
        write_text(home.file("e.json"),
                   std::string(R"({"sparekey_export":1,"items":[{"title":"T","history":[{"n":1,)") +
                       R"("field":"password","value":"x","at":"2024-01-01T00:00:00Z","record":)" +
                       record + "}]}]}");
        const Outcome refused = home.run({"import", "json", home.file("e.json")});
        CHECK(refused.status == 2);
        CHECK(has(refused.err, "item 1"));
    }
    CHECK(home.run({"find", "--json"}).out == "[]\n");
    CHECK(home.run({"doctor"}).status == 0);
}

TEST_CASE("a terminal sees how far a long import is", "[scenario][import]") {
    const Home home;
    home.init();
    std::string rows = "name,url,username,password\n";
    for (int i = 0; i < 5000; ++i) rows += "site " + std::to_string(i) + ",,u,p\n";
    write_text(home.file("c.csv"), rows);
    const auto shown = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"import", "chrome-csv", home.file("c.csv"), "--dry-run",
                                           "--password-file", home.file("password")});
        PseudoTerminal run(home, arguments);
        CHECK(run.finish() == 0);
        return run.shown();
    };
    CHECK(has(shown({}), "importing ["));
    CHECK_FALSE(has(shown({"--quiet"}), "importing ["));
    CHECK_FALSE(has(shown({"--json"}), "importing ["));
}

TEST_CASE("a row that no longer fits beside the vault's own edits is told", "[scenario][import]") {
    const Home home;
    home.init();
    const auto import = [&](const std::string& note) {
        write_text(home.file("c.csv"), "name,url,username,password,note\na,,u,p," + note + "\n");
        return home.run({"import", "chrome-csv", home.file("c.csv"), "--json"});
    };
    CHECK(import("short").status == 0);
    const std::string field = R"({"name":"f","value":")" + std::string(60'000, 'x') + "\"}";
    REQUIRE(home.run({"edit", "a", "--stdin"},
                     R"({"fields":[)" + field + "," + field + "," + field + "]}")
                .status == 0);
    const Outcome taken = import(std::string(50'000, 'y'));
    CHECK(taken.status == 0);
    CHECK(has(taken.out, R"("unchanged":1,"skipped":[{"where":"line 2")"));
    CHECK(home.run({"get", "a", "notes"}).out == "short\n");
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

}  // namespace sparekey::tests
