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
