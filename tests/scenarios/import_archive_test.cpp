// Exports that are ZIP archives: 1Password's, as its format's page describes it, and Bitwarden's.
#include "tests/support/import.h"
#include "tests/support/zip_file.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

/// One account with one vault.
std::string export_of(const std::string& items) {
    return R"({"accounts":[{"attrs":{"accountName":"A","email":"alice@example.org"},"vaults":[)"
           R"({"attrs":{"uuid":"v","name":"Personal","type":"P"},"items":[)" +
           items + "]}]}]}";
}

constexpr const char* kMail = R"({"uuid":"mail","favIndex":1,"createdAt":1600000000,
    "updatedAt":1650000000,"state":"active","categoryUuid":"001","details":{
    "loginFields":[{"value":"alice@example.org","id":"","name":"user","fieldType":"E",
        "designation":"username"},
        {"value":"s3cret","id":"","name":"pass","fieldType":"P","designation":"password"},
        {"value":"4711","id":"","name":"customer","fieldType":"T"}],
    "notesPlain":"a note","passwordHistory":[{"value":"older","time":1600000100},
        {"value":"newer","time":1600000200}],
    "sections":[{"title":"","name":"x","fields":[
        {"title":"one-time password","id":"T","value":{"totp":"JBSWY3DPEHPK3PXP"}},
        {"title":"PIN","id":"p","value":{"concealed":"1234"}},
        {"title":"born","id":"b","value":{"date":-86400}},
        {"title":"expires","id":"e","value":{"monthYear":202412}},
        {"title":"contact","id":"c","value":{"email":{"email_address":"help@example.org",
            "provider":null}}},
        {"title":"home","id":"a","value":{"address":{"street":"1 Road","city":"Town",
            "country":"de","zip":"12345","state":""}}},
        {"title":"kin","id":"r","value":{"reference":"other"}},
        {"title":"letter","id":"f","value":{"file":{"fileName":"letter.txt",
            "documentId":"doc1","decryptedSize":6}}},
        {"title":"gone","id":"g","value":{"file":{"fileName":"gone.txt",
            "documentId":"doc9","decryptedSize":6}}}]}]},
    "overview":{"title":"Mail","subtitle":"alice","url":"https://mail.example.org",
        "urls":[{"label":"website","url":"https://mail.example.org"},
            {"label":"","url":"https://old.example.org"}],"tags":["home"],"ps":80}})";

constexpr const char* kForumLogin = R"({"item":{"uuid":"forum","createdAt":1600000000,
    "updatedAt":1600000000,"state":"archived","categoryUuid":"001","details":{
    "loginFields":[{"value":"alice@gmail.com","name":"u","fieldType":"T",
        "designation":"username"}],
    "sections":[{"fields":[{"title":"","id":"sso","value":{"ssoLogin":{"provider":"google"}}}]}]},
    "overview":{"title":"Forum","url":"https://forum.example.org"}}})";

constexpr const char* kServer = R"({"uuid":"server","createdAt":1600000000,"updatedAt":1600000000,
    "state":"trashed","categoryUuid":"110","details":{"sections":[{"fields":[
        {"title":"username","id":"username","value":{"string":"root"}},
        {"title":"password","id":"password","value":{"concealed":"toor"}},
        {"title":"URL","id":"url","value":{"string":"ssh://host"}}]}]},
    "overview":{"title":"Server"}})";

std::string all() {
    return std::string(kMail) + "," + kForumLogin + "," + kServer;
}

}  // namespace

TEST_CASE("a 1PUX export of 1Password is taken in with fields, history and attachments",
          "[scenario][import][1pux]") {
    const Home home;
    home.init();
    write_zip(home.file("a.1pux"), {{"export.attributes", R"({"version":3})"},
                                    {"export.data", export_of(all())},
                                    {"files/doc1__letter.txt", "hello\n"}});
    const Outcome taken = home.run({"import", "1pux", home.file("a.1pux"), "--json"});
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    CHECK(has(taken.out, R"("format":"1pux","created":3,)"));
    CHECK(has(taken.out, unmapped("reference (custom field)")));
    CHECK(has(taken.out, R"(the archive lacks its attachment \"gone.txt\")"));
    CHECK(has(taken.out, R"("provider":"google","identity":"google:alice@gmail.com")"));

    const std::string mail = item_json(home, "mail");
    CHECK(has(mail, R"("username":"alice@example.org")"));
    CHECK(has(mail, R"("password":"s3cret")"));
    CHECK(has(mail, R"("urls":["https://mail.example.org","https://old.example.org"])"));
    CHECK(has(mail, R"("tags":["home"])"));
    CHECK(has(mail, R"("favorite":true)"));
    CHECK(has(mail, R"("created":"2020-09-13T12:26:40Z")"));
    for (const auto& [field, value] :
         std::vector<std::pair<std::string, std::string>>{{"notes", "a note"},
                                                          {"customer", "4711"},
                                                          {"PIN", "1234"},
                                                          {"born", "1969-12-31"},
                                                          {"expires", "2024-12"},
                                                          {"contact", "help@example.org"},
                                                          {"home", "1 Road, 12345 Town, de"},
                                                          {"kin", "other"}}) {
        CHECK(home.run({"get", "mail", field}).out == value + "\n");
    }
    CHECK(has(mail, R"({"name":"PIN","value":"1234","secret":true})"));
    CHECK(home.run({"otp", "mail"}).status == 0);
    CHECK(home.run({"attachment", "mail", "letter.txt"}).out == "hello\n");
    const std::string history = home.run({"history", "mail", "--json"}).out;
    CHECK(history.find("newer") < history.find("older"));
    CHECK(has(history, "older"));

    const std::string forum = item_json(home, "forum");
    CHECK(has(forum, R"("sign_in_with":["google:alice@gmail.com"])"));
    CHECK(has(forum, R"("tags":["archived"])"));
    const std::string trash = home.run({"trash", "--json"}).out;
    CHECK(has(trash, "Server"));
    CHECK(has(exported_items(home), R"("username":"root")"));
    expect_twice_changes_nothing(home, "1pux", "a.1pux");
}

TEST_CASE("of several vaults of 1Password the names are tags", "[scenario][import][1pux]") {
    const Home home;
    home.init();
    write_zip(
        home.file("a.1pux"),
        {{"export.data",
          R"({"accounts":[{"vaults":[{"attrs":{"name":"Private"},"items":[{"uuid":"1",)"
          R"("categoryUuid":"003","details":{"notesPlain":"x"},"overview":{"title":"One"}}]},)"
          R"({"attrs":{"name":"Family"},"items":[{"uuid":"2","categoryUuid":"001",)"
          R"("overview":{"url":"https://two.example"}}]}]}]})"}});
    REQUIRE(home.run({"import", "1pux", home.file("a.1pux")}).status == 0);
    const std::string one = item_json(home, "One");
    CHECK(has(one, R"("type":"note")"));
    CHECK(has(one, R"("tags":["Private"])"));
    CHECK(has(item_json(home, "two.example"), R"("tags":["Family"])"));
}

TEST_CASE("fields of one name in two sections of a 1Password item stay apart",
          "[scenario][import][1pux]") {
    const Home home;
    home.init();
    const auto section = [](const std::string& title, const std::string& user) {
        return R"({"title":")" + title +
               R"(","fields":[{"title":"username","id":"username","value":{"string":")" + user +
               R"("}},{"title":"password","id":"password","value":{"concealed":"of )" + user +
               R"("}}]})";
    };
    write_zip(
        home.file("a.1pux"),
        {{"export.attributes", "{}"},
         {"export.data", export_of(R"({"uuid":"s","createdAt":"soon","categoryUuid":"110",)"
                                   R"("overview":{"title":"Server"},"details":{"sections":[)" +
                                   section("", "root") + "," + section("Console", "admin") + "," +
                                   section("Provider", "alice") + "]}}")},
         {"files/doc7__lost.txt", "x"}});
    const Outcome taken = home.run({"import", "1pux", home.file("a.1pux"), "--json"});
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    const std::string server = item_json(home, "Server");
    CHECK(has(server, R"("username":"root","password":"of root")"));
    CHECK(has(server, R"({"name":"Console: username","value":"admin","secret":false})"));
    CHECK(has(server, R"({"name":"Console: password","value":"of admin","secret":true})"));
    CHECK(has(server, R"({"name":"Provider: password","value":"of alice","secret":true})"));
    CHECK(has(taken.out, "\"skipped\":[" + skipped("file (files/doc7__lost.txt)")));
    CHECK(has(taken.out, unmapped("createdAt that is no time")));
}

TEST_CASE("an archive that is none, damaged, encrypted or too much is refused in words",
          "[scenario][import][1pux]") {
    const Home home;
    home.init();
    const auto refused = [&](const std::string& why) {
        const Outcome outcome = home.run({"import", "1pux", home.file("a.1pux")});
        INFO(why << ": " << outcome.err);
        CHECK(outcome.status == 2);
        CHECK(has(outcome.err, why));
        CHECK(home.run({"find", "--json"}).out == "[]\n");
    };
    const ZipEntries whole = {{"export.data", export_of(all())}};
    write_text(home.file("a.1pux"), "");
    refused("not a 1PUX export");
    write_text(home.file("a.1pux"), export_of(all()));
    refused("no ZIP archive");
    write_zip(home.file("a.1pux"), whole);
    const std::string archive = read_text(home.file("a.1pux"));
    write_text(home.file("a.1pux"), archive.substr(0, archive.size() / 2));
    refused("no ZIP archive");
    std::string damaged = archive;
    damaged[damaged.size() / 4] = static_cast<char>(damaged[damaged.size() / 4] ^ 0x40);
    write_text(home.file("a.1pux"), damaged);
    refused("the archive cannot be read");
    write_zip(home.file("a.1pux"), whole, "password");
    refused("the archive cannot be read");
    write_zip(home.file("a.1pux"), {{"../../export.data", export_of(all())}});
    refused("not a 1PUX export");
    write_zip(home.file("a.1pux"), {{"export.data", "{\"accounts\":["}});
    refused("line 1");
    write_zip(home.file("a.1pux"), {{"export.data", "{}"}});
    refused("not a 1PUX export");
    write_zip(home.file("a.1pux"), {{"export.data", export_of("7")}});
    refused("item 1 is not an object");
    write_zip(home.file("a.1pux"),
              {{"export.data", export_of(all() + ",\n" + R"({"uuid":"x","uuid":"y"})")}});
    refused("the key \"uuid\" stands twice in one object");

    // What the archive says of a file's size, at 24 of its entry in the list at the end.
    const auto claimed = [&](std::uint32_t size) {
        std::string forged = archive;
        const auto entry = forged.find("PK\x01\x02");
        REQUIRE(entry != std::string::npos);
        for (std::size_t i = 0; i < 4; ++i)
            forged[entry + 24 + i] = static_cast<char>(size >> (8 * i));
        write_text(home.file("a.1pux"), forged);
    };
    claimed((std::uint32_t{1} << 30) + 1);
    refused("larger than 1 GiB");
    claimed(100);
    refused("the archive cannot be read");
    claimed(100'000);
    refused("the archive cannot be read");
}

TEST_CASE("Bitwarden's export with attachments is an archive too", "[scenario][import][zip]") {
    const Home home;
    home.init();
    const std::string json =
        R"({"encrypted":false,"items":[{"id":"11","type":1,"name":"Mail","login":{"username":"u"}},)"
        R"({"id":"1","type":2,"name":"Note","notes":"n"}]})";
    write_zip(home.file("b.zip"), {{"data.json", json},
                                   {"attachments/11/letter.txt", "hello\n"},
                                   {"attachments/11/../../../escaped", "no"},
                                   {"attachments/2/nobody.txt", "nobody's"}});
    const Outcome taken = home.run({"import", "bitwarden-json", home.file("b.zip"), "--json"});
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    CHECK(has(taken.out, "\"created\":2"));
    CHECK(home.run({"attachment", "mail", "letter.txt"}).out == "hello\n");
    CHECK(has(home.run({"attachments", "mail"}).out, "_.._.._escaped"));
    CHECK(home.run({"attachments", "note"}).out.empty());
    CHECK(has(taken.out, skipped("file (attachments/2/nobody.txt)")));
    expect_twice_changes_nothing(home, "bitwarden-json", "b.zip");
    write_zip(home.file("b.zip"), {{"other.json", json}});
    CHECK(home.run({"import", "bitwarden-json", home.file("b.zip")}).status == 2);
}

}  // namespace sparekey::tests
