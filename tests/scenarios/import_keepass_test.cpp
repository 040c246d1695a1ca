// KeePass's XML: what its entries and groups have beyond the usual.
#include "tests/support/import.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

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

TEST_CASE("attachments, tags and fields that only old versions of a KeePass entry had are history",
          "[scenario][import]") {
    const Home home;
    home.init();
    const auto version = [](const std::string& year, const std::string& content) {
        return "<Entry>" + keepass_string("Title", "t") + content +
               "<Times><LastModificationTime>" + year +
               "-01-01T00:00:00Z</LastModificationTime></Times></Entry>";
    };
    const std::string both =
        "<Binary><Key>f</Key><Value>b2xk</Value></Binary>"
        "<Binary><Key>same</Key><Value>c2FtZQ==</Value></Binary>";
    const std::string content =
        keepass_string("Title", "t") +
        "<Tags>stays</Tags><Binary><Key>f</Key><Value>bmV3</Value></Binary>"
        "<Binary><Key>same</Key><Value>c2FtZQ==</Value></Binary><History>" +
        version("2020", "<Tags>gone;stays</Tags><OverrideURL>cmd://x</OverrideURL>" + both +
                            "<Binary><Key>../left</Key><Value>bGVmdA==</Value></Binary>") +
        version("2021", "<Tags>stays</Tags>" + both) + "</History>";
    const Outcome taken = import_entry(home, content);
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    const std::string history = home.run({"history", "t", "--json"}).out;
    INFO(history);
    CHECK(has(history, R"("field":"tag","value":"gone","at":"2020-01-01T00:00:00Z")"));
    CHECK(has(history, R"("field":"OverrideURL","value":"cmd://x")"));
    CHECK(has(history, R"("field":"attachment","value":"f","at":"2021-01-01T00:00:00Z")"));
    CHECK(has(history, R"("field":"attachment","value":".._left")"));
    CHECK_FALSE(has(history, R"("value":"same")"));
    CHECK_FALSE(has(history, R"("value":"stays")"));
    expect_twice_changes_nothing(home, "keepass-xml", "x.xml");
    REQUIRE(home.run({"history", "t", "--revert", "attachment@1"}).status == 0);
    CHECK(home.run({"attachment", "t", "f"}).out == "old");
}

TEST_CASE("an old attachment without its data is told", "[scenario][import]") {
    const Home home;
    home.init();
    const Outcome taken = import_entry(
        home, keepass_string("Title", "t") + "<History><Entry>" + keepass_string("Title", "t") +
                  "<Binary><Key>f</Key><Value Ref=\"7\"/></Binary></Entry></History>");
    CHECK(has(taken.out, skipped("entry 1 (t)") + "the history names the attachment"));
}

TEST_CASE("what KeePass keeps of a group is kept: notes, tags", "[scenario][import]") {
    const Home home;
    home.init();
    const std::string entry =
        "<Entry><UUID>AAAA</UUID>" + keepass_string("Title", "Site") + "<Tags>own</Tags></Entry>";
    write_text(home.file("x.xml"),
               "<KeePassFile><Root><Group><Name>Root</Name><Group><UUID>BBBB</UUID>"
               "<Name>Work</Name><Notes>call 4711 first</Notes><Tags>office</Tags>" +
                   entry + "<Group><Name>Deep</Name><Entry>" + keepass_string("Title", "Below") +
                   "</Entry></Group></Group></Group></Root></KeePassFile>");
    const Outcome taken = home.run({"import", "keepass-xml", home.file("x.xml"), "--json"});
    INFO(taken.err);
    REQUIRE(has(taken.out, R"("created":3,"updated":0,"unchanged":0,"skipped":[],"unmapped":[])"));
    const std::string note = item_json(home, "Work");
    CHECK(has(note, R"("type":"note")"));
    CHECK(has(note, R"("notes":"call 4711 first","tags":["Work","office"])"));
    CHECK(has(item_json(home, "Site"), R"("tags":["Work","office","own"])"));
    CHECK(has(item_json(home, "Below"), R"("tags":["Work/Deep","office"])"));
    expect_twice_changes_nothing(home, "keepass-xml", "x.xml");
}

TEST_CASE("KeePass's auto-type is a field, and what is no time is told", "[scenario][import]") {
    const Home home;
    home.init();
    const Outcome taken = import_entry(
        home, keepass_string("Title", "t") +
                  "<AutoType><Enabled>False</Enabled><DataTransferObfuscation>0"
                  "</DataTransferObfuscation><DefaultSequence>{USERNAME}{ENTER}</DefaultSequence>"
                  "<Association><Window>Shell*</Window><KeystrokeSequence>{PASSWORD}"
                  "</KeystrokeSequence></Association></AutoType>"
                  "<Times><CreationTime>yesterday</CreationTime></Times>");
    INFO(taken.err);
    CHECK(has(taken.out, unmapped("AutoType (custom field)")));
    CHECK(has(taken.out, unmapped("CreationTime that is no time")));
    CHECK(home.run({"get", "t", "autotype"}).out == "off\n{USERNAME}{ENTER}\nShell*: {PASSWORD}\n");
}

TEST_CASE("KeePass's field references are followed by UUID, others are told",
          "[scenario][import]") {
    const Home home;
    home.init();
    // printf '0123456789abcdef' | base64, and in hex
    const std::string uuid = "30313233343536373839616263646566";
    const auto entry = [](const std::string& id, const std::string& content) {
        return "<Entry><UUID>" + id + "</UUID>" + content + "</Entry>";
    };
    write_text(
        home.file("x.xml"),
        "<KeePassFile><Root><Group><Name>Root</Name>" +
            entry("AAAA", keepass_string("Title", "a") +
                              keepass_string("UserName", "{REF:U@I:" + uuid + "}") +
                              keepass_string("Password", "[{ref:p@i:" + uuid + "}]") +
                              keepass_string("Notes", "{REF:P@T:b}") +
                              keepass_string("pin", "{REF:P@I:" + std::string(32, '0') + "}")) +
            entry("MDEyMzQ1Njc4OWFiY2RlZg==",
                  keepass_string("Title", "b") + keepass_string("UserName", "bob") +
                      keepass_string("Password", "s3cret") +
                      keepass_string("Notes", "{REF:N@I:" + uuid + "}")) +
            "</Group></Root></KeePassFile>");
    const Outcome taken = home.run({"import", "keepass-xml", home.file("x.xml"), "--json"});
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    CHECK(home.run({"get", "a", "username"}).out == "bob\n");
    CHECK(home.run({"get", "a", "password"}).out == "[s3cret]\n");
    CHECK(home.run({"get", "a", "notes"}).out == "{REF:P@T:b}\n");
    // To itself.
    CHECK(home.run({"get", "b", "notes"}).out == "{REF:N@I:" + uuid + "}\n");
    CHECK(has(taken.out, unmapped("Notes (a {REF:…} that leads to no value, as it stands)", 2)));
    CHECK(has(taken.out, R"("field":"pin (a {REF:…} that)"));
}

TEST_CASE("references multiply a KeePass file up to a bound", "[scenario][import]") {
    const Home home;
    home.init();
    const std::string uuid = "30313233343536373839616263646566";
    std::string entries = "<Entry><UUID>MDEyMzQ1Njc4OWFiY2RlZg==</UUID>" +
                          keepass_string("Title", "big") +
                          keepass_string("Notes", std::string(64'000, 'n')) + "</Entry>";
    for (int i = 0; i < 400; ++i) {
        entries += "<Entry>" + keepass_string("Title", "t" + std::to_string(i)) +
                   keepass_string("Notes", "{REF:N@I:" + uuid + "}") + "</Entry>";
    }
    write_text(home.file("x.xml"), "<KeePassFile><Root><Group><Name>Root</Name>" + entries +
                                       "</Group></Root></KeePassFile>");
    const Outcome taken = home.run({"import", "keepass-xml", home.file("x.xml"), "--json"});
    CHECK(taken.status == 0);
    CHECK(has(taken.out, "leads to no value"));
    CHECK(home.run({"get", "t0", "notes"}).out.size() == 64'001);
    CHECK(home.run({"get", "t399", "notes"}).out.size() < 100);
}

}  // namespace sparekey::tests
