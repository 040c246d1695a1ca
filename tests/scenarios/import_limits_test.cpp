// Imports that are malformed, too much, or hostile.
#include "tests/support/import.h"
#include "tests/support/pseudo_terminal.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>
#include <unistd.h>

namespace sparekey::tests {

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

TEST_CASE("XML of very many tags is refused before its tree takes the memory",
          "[scenario][import]") {
    const Home home;
    home.init();
    std::string many = "<KeePassFile><Root><Group>";
    for (int i = 0; i < 8 << 20; ++i) many += "<a/>";
    write_text(home.file("many.xml"), many + "</Group></Root></KeePassFile>");
    const Outcome refused = home.run({"import", "keepass-xml", home.file("many.xml")});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "8 million"));
#ifndef SPAREKEY_SANITIZED
    CHECK(refused.peak_kib < 300 * 1024);
#endif
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

TEST_CASE("a terminal sees how far a long import is", "[scenario][import]") {
    const Home home;
    home.init();
    std::string rows = "name,url,username,password\n";
    for (int i = 0; i < long_enough(40'000); ++i) rows += "site " + std::to_string(i) + ",,u,p\n";
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
    CHECK(has(taken.out, R"("unchanged":1,"skipped":[)" + skipped("line 2 (a)")));
    CHECK(home.run({"get", "a", "notes"}).out == "short\n");
}

namespace {

std::string repeated(const std::string& text, int times, const std::string& between = "") {
    std::string all;
    for (int i = 0; i < times; ++i) all += (i > 0 ? between : "") + text;
    return all;
}

/// `"x0","x1",…`
std::string different(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += (i > 0 ? ",\"" : "\"") + text + std::to_string(i) + "\"";
    return all;
}

/// Ends by SIGXCPU where it costs more than its length: processor time, so that a busy machine
/// changes nothing.
Outcome import_quickly(Home& home, const std::string& format, const std::string& content) {
    write_text(home.file("bomb"), content);
    home.in_child = [] {
        const rlimit limit{10, 10};
        ::setrlimit(RLIMIT_CPU, &limit);
    };
    return home.run({"import", format, home.file("bomb"), "--json"});
}

}  // namespace

TEST_CASE("one attachment that many entries name is added up before anything is kept",
          "[scenario][import]") {
    Home home;
    home.init();
    const std::string entry = "<Entry>" + keepass_string("Title", "t") +
                              "<Binary><Key>big</Key><Value Ref=\"0\"/></Binary></Entry>";
    const auto file = [&](int entries) {
        return "<KeePassFile><Meta><Binaries><Binary ID=\"0\">" + std::string(4 << 20, 'A') +
               "</Binary></Binaries></Meta><Root><Group><Name>Root</Name>" +
               repeated(entry, entries) + "</Group></Root></KeePassFile>";
    };
    const Outcome refused = import_quickly(home, "keepass-xml", file(400));
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "entry 342"));
    CHECK(has(refused.err, "1 GiB"));
    CHECK(home.run({"find", "--json"}).out == "[]\n");
    CHECK(import_quickly(home, "keepass-xml", file(2)).status == 0);

    const std::string many = "<Entry>" + keepass_string("Title", "t") +
                             repeated("<Binary><Key>f</Key><Value>YQ==</Value></Binary>", 1001) +
                             "</Entry>";
    const Outcome names = import_quickly(
        home, "keepass-xml",
        "<KeePassFile><Root><Group><Name>Root</Name>" + many + "</Group></Root></KeePassFile>");
    CHECK(names.status == 2);
    CHECK(has(names.err, "1,000 attachments"));
}

TEST_CASE("a table of 300,000 columns is refused, and so is a row of more cells",
          "[scenario][import]") {
    Home home;
    home.init();
    const std::string head = "name,url,username,password";
    const Outcome refused = import_quickly(
        home, "chrome-csv", head + repeated(",x", 300'000) + "\n" + repeated("a,,u,p\n", 1000));
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "1,000 columns"));
    CHECK(import_quickly(home, "chrome-csv", head + "\na,,u,p" + repeated(",x", 300'000) + "\n")
              .status == 2);
    // Empty ones are no cells at all.
    CHECK(import_quickly(home, "chrome-csv", head + "\na,,u,p" + std::string(3'000'000, ',') + "\n")
              .status == 0);
}

TEST_CASE("an item of 200,000 tags, addresses or fields is refused or fitted, quickly",
          "[scenario][import]") {
    Home home;
    home.init();
    const std::string head =
        R"({"sparekey_export":1,"items":[{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaa","title":"t",)";
    for (const char* set : {"tags", "urls", "recovery_codes"}) {
        const Outcome refused = import_quickly(
            home, "json",
            head + "\"" + std::string(set) + "\":[" + different("x", 200'000) + "]}]}");
        INFO(refused.err);
        CHECK(refused.status == 2);
        CHECK(has(refused.err, "item 1"));
    }
    std::string fields;
    std::string strings;
    for (int i = 0; i < 200'000; ++i) {
        const std::string number = std::to_string(i);
        fields += (i > 0 ? "," : "") + std::string(R"({"name":"f)") + number + R"(","value":"v"})";
        strings += "<String><Key>KP2A_URL_" + number + "</Key><Value>https://a.example/" + number +
                   "</Value></String>";
    }
    CHECK(import_quickly(home, "json", head + "\"fields\":[" + fields + "]}]}").status == 2);
    CHECK(home.run({"find", "--json"}).out == "[]\n");
    const Outcome fitted = import_quickly(
        home, "keepass-xml", keepass_entry(keepass_string("Title", "addresses") + strings));
    CHECK(fitted.status == 0);
    CHECK(has(fitted.out, "urls.txt"));
    std::string tags;
    for (int i = 0; i < 200'000; ++i) tags += "t" + std::to_string(i) + ";";
    CHECK(has(import_quickly(
                  home, "keepass-xml",
                  keepass_entry(keepass_string("Title", "tagged") + "<Tags>" + tags + "</Tags>"))
                  .out,
              "tags.txt"));
}

TEST_CASE("JSON that is nested too deep is refused, in an item and around it",
          "[scenario][import]") {
    Home home;
    home.init();
    const std::string deep(1'000'000, '[');
    for (const std::string& content :
         {deep, R"({"items":[{"name":)" + deep, R"({"folders":)" + deep + ",\"items\":[]}",
          R"({"items":[{"name":"a","x":)" + deep + std::string(1'000'000, ']') + "}]}"}) {
        CHECK(import_quickly(home, "bitwarden-json", content).status == 2);
    }
}

TEST_CASE("what stands between the items has to be JSON too", "[scenario][import]") {
    const Home home;
    home.init();
    const auto status = [&](const std::string& content) {
        write_text(home.file("b.json"), content);
        const Outcome outcome = home.run({"import", "bitwarden-json", home.file("b.json")});
        if (outcome.status == 2) CHECK(has(outcome.err, "line 2"));
        return outcome.status;
    };
    const std::string item = R"({"name":"a\\\"],[{"})";
    const std::string more = R"({"name":"b","notes":"]}\\"})";
    for (const std::string& list :
         {item + more, item + ",," + more, item + ",", "," + item, item + "]" + more, item + " x",
          item + ":" + more, item + ",{]", item + "},{" + more, item + ",]" + more}) {
        INFO(list);
        CHECK(status("{\"items\":\n[" + list + "]}") == 2);
    }
    for (const char* const rest : {",}", ",\"x\"}", "}}", "} x", ""}) {
        INFO(rest);
        CHECK(status("{\"items\":[" + item + "]\n" + rest) == 2);
    }
    CHECK(status("{\"items\":[]}") == 0);
    CHECK(status("{ \"x\" : {\"items\":[7]}, \"items\" : [ " + item + " ,\n" + more +
                 " ] , \"y\" : \"]\" } \n") == 0);
    CHECK(home.run({"get", "b", "notes"}).out == "]}\\\n");
    CHECK(has(home.run({"find", "--json"}).out, R"("title":"a\\\"],[{")"));
}

TEST_CASE("attachments get names that attach would take, and it is told", "[scenario][import]") {
    const Home home;
    home.init();
    const auto binary = [](const std::string& name) {
        return "<Binary><Key>" + name + "</Key><Value>YQ==</Value></Binary>";
    };
    const Outcome taken = import_entry(
        home, keepass_string("Title", "t") + binary("../x") + binary("..") + binary("a&#9;b") +
                  binary(std::string(300, 'n')) + binary("fine") + binary("fine"));
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    const std::string names = home.run({"attachments", "t", "--json"}).out;
    for (const std::string& name : {std::string(".._x"), std::string("_.."), std::string("a_b"),
                                    std::string(245, 'n'), std::string("fine (2)")}) {
        CHECK(has(names, '"' + name + '"'));
        CHECK(has(taken.out, "(called \\\"" + name + "\\\" here)"));
    }
    CHECK_FALSE(has(taken.out, "called \\\"fine\\\""));
    expect_twice_changes_nothing(home, "keepass-xml", "x.xml");

    write_text(home.file("x.json"),
               R"({"sparekey_export":1,"items":[{"title":"own","attachments":[)"
               R"({"name":"a/b","data":"YQ=="},{"name":"..","data":"YQ=="}]}]})");
    const Outcome own = home.run({"import", "json", home.file("x.json"), "--json"});
    CHECK(has(own.out, "(called \\\"a_b\\\" here)"));
    CHECK(home.run({"attachment", "own", "_.."}).out == "a");
    write_text(home.file("a\nb"), "x");
    CHECK(home.run({"attach", "own", home.file("a\nb")}).status == 2);
}

}  // namespace sparekey::tests
