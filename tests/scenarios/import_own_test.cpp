// Imports of our own export: what it holds comes back as it was.
#include "tests/support/import.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

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

namespace {

/// A value of the field `pin`, of one that has several.
std::string pin(const std::string& value, const std::string& at, const std::string& counter) {
    return R"({"field":"pin","value":")" + value + R"(","at":")" + at +
           R"(","device":"aaaaaaaaaaaaaaaaaaaaaaaaaa","record":{"kind":18,"name":"pin","text":")" +
           value + R"(","secret":true,"counter":)" + counter + "}}";
}

std::string item_with(const std::string& members) {
    return R"({"sparekey_export":1,"items":[{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaa","title":"t",)" +
           members + "}]}";
}

}  // namespace

TEST_CASE("unresolved conflicts travel along", "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("x.json"),
               item_with(R"("modified":"2023-01-01T00:00:00Z","fields":[{"name":"pin","value":"2",)"
                         R"("secret":true}],"conflicting":[)" +
                         pin("2", "2022-01-01T00:00:00Z", "5") + "," +
                         pin("1", "2021-01-01T00:00:00Z", "0") + "," +
                         pin("2", "2020-01-01T00:00:00Z", "1") + "]"));
    REQUIRE(home.run({"import", "json", home.file("x.json")}).status == 0);
    const std::string conflicts = home.run({"conflicts", "--json"}).out;
    CHECK(has(conflicts, R"("field":"pin","current":{"value":"2","at":"2022-01-01T00:00:00Z")"));
    CHECK(has(conflicts, R"("other":{"value":"1","at":"2021-01-01T00:00:00Z")"));
    CHECK(has(item_json(home, "t"), "\"conflicts\":1"));
    expect_twice_changes_nothing(home, "json", "x.json");

    const Home other;
    other.init();
    write_text(other.file("x.json"), home.run({"export", "--yes"}).out);
    REQUIRE(other.run({"import", "json", other.file("x.json")}).status == 0);
    CHECK(other.run({"conflicts", "--json"}).out == conflicts);
    CHECK(exported_items(other) == exported_items(home));
    const Outcome again = other.run({"import", "json", other.file("x.json"), "--json"});
    CHECK(has(again.out, R"("unchanged":1,"skipped":[])"));
    CHECK(other.run({"conflicts", "--json"}).out == conflicts);
    // Settled, it is settled in the next export too.
    REQUIRE(other.run({"conflicts", "resolve", "t", "pin", "--keep", "other"}).status == 0);
    CHECK_FALSE(has(exported_items(other), "conflicting"));
    CHECK(other.run({"get", "t", "pin"}).out == "1\n");
}

namespace {

/// A version of an attached file, of one that has two; `counter` counts up.
std::string file_version(const std::string& name, const std::string& base64,
                         const std::string& counter) {
    return R"({"field":"attachment","value":")" + name + R"(","at":"202)" + counter +
           R"(-01-01T00:00:00Z","device":"aaaaaaaaaaaaaaaaaaaaaaaaaa","record":{"kind":22,"name":")" +
           name + R"(","text":"","counter":)" + counter + R"(},"data":")" + base64 + "\"}";
}

std::string file_now(const std::string& name, const std::string& base64) {
    return R"({"name":")" + name + R"(","data":")" + base64 + "\"}";
}

/// Two files that were changed differently on two devices.
std::string with_two_files_in_conflict() {
    return item_with(R"("modified":"2023-01-01T00:00:00Z","attachments":[)" +
                     file_now("f.txt", "Zm91cg==") + "," + file_now("g.txt", "ZWlnaHRlZW4=") +
                     R"(],"conflicting":[)" + file_version("f.txt", "Zm91cg==", "2") + "," +
                     file_version("f.txt", "YQ==", "1") + "," +
                     file_version("g.txt", "ZWlnaHRlZW4=", "2") + "," +
                     file_version("g.txt", "dHdlbHZl", "1") + "]");
}

}  // namespace

TEST_CASE("each attached file in conflict is named, described and settled by itself",
          "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("x.json"), with_two_files_in_conflict());
    const Outcome taken = home.run({"import", "json", home.file("x.json")});
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    const std::string json = home.run({"conflicts", "--json"}).out;
    INFO(json);
    // printf four | sha256sum; printf a | sha256sum
    CHECK(has(json, R"("field":"attachments/f.txt","current":{"value":"4 bytes, SHA-256 )"
                    R"(04efaf08…")"));
    CHECK(has(json, R"("other":{"value":"1 byte, SHA-256 ca978112…")"));
    CHECK(has(json, R"("field":"attachments/g.txt")"));
    const std::string table = home.run({"conflicts"}).out;
    INFO(table);
    CHECK(
        has(table, "t\tattachments/f.txt\t4 bytes, SHA-256 04efaf08…\t1 byte, SHA-256 ca978112…"));

    CHECK(home.run({"conflicts", "resolve", "t", "attachment", "--keep", "other"}).status == 3);
    CHECK(home.run({"conflicts", "resolve", "t", "attachments/g.txt", "--keep", "other"}).status ==
          0);
    CHECK(home.run({"attachment", "t", "g.txt"}).out == "twelve");
    CHECK(home.run({"attachment", "t", "f.txt"}).out == "four");
    CHECK_FALSE(has(home.run({"conflicts"}).out, "g.txt"));
    // What was current is one step back, as the help says.
    CHECK(home.run({"history", "t", "--revert", "attachment@1"}).status == 0);
    CHECK(home.run({"attachment", "t", "g.txt"}).out == "eighteen");
    const Outcome settled = home.run({"conflicts", "resolve", "t", "f.txt", "--keep", "current"});
    CHECK(settled.status == 0);
    CHECK(has(settled.err, "history"));
    CHECK(home.run({"conflicts", "--json"}).out == "[]\n");
}

TEST_CASE("a custom field that is called like an attached file in conflict is another field",
          "[scenario][import]") {
    const Home home;
    home.init();
    std::string item = with_two_files_in_conflict();
    const std::string pins =
        pin("2", "2022-01-01T00:00:00Z", "2") + "," + pin("1", "2021-01-01T00:00:00Z", "1") + ",";
    item.insert(item.find(R"("conflicting":[)") + 15, pins);
    item.insert(item.find(R"("conflicting")"),
                R"("fields":[{"name":"pin","value":"2","secret":true}],)");
    for (auto at = item.find("\"pin\""); at != std::string::npos; at = item.find("\"pin\"")) {
        item.replace(at, 5, "\"attachments/f.txt\"");
    }
    write_text(home.file("x.json"), item);
    const Outcome taken = home.run({"import", "json", home.file("x.json")});
    INFO(taken.err);
    REQUIRE(taken.status == 0);
    const std::string conflicts = home.run({"conflicts", "--reveal"}).out;
    INFO(conflicts);
    CHECK(has(conflicts, "\tfields/attachments/f.txt\t2\t1\t"));
    CHECK(home.run({"conflicts", "resolve", "t", "fields/attachments/f.txt", "--keep", "other"})
              .status == 0);
    CHECK(home.run({"get", "t", "attachments/f.txt"}).out == "1\n");
    CHECK(home.run({"attachment", "t", "f.txt"}).out == "four");
    CHECK(has(home.run({"conflicts"}).out, "\tattachments/f.txt\t"));
}

TEST_CASE("a conflict that its item does not bear out is settled for the item, or refused",
          "[scenario][import]") {
    const Home home;
    home.init();
    // The shown value has no time of its own here, and the other two are the same one.
    write_text(
        home.file("x.json"),
        item_with(R"("modified":"2023-01-01T00:00:00Z","fields":[{"name":"pin","value":"3"}],)"
                  R"("conflicting":[)" +
                  pin("1", "2999-01-01T00:00:00Z", "4294967295") + "," +
                  pin("1", "2022-01-01T00:00:00Z", "1") + "," +
                  pin("1", "2022-01-01T00:00:00Z", "1") + "]"));
    REQUIRE(home.run({"import", "json", home.file("x.json")}).status == 0);
    CHECK(home.run({"get", "t", "pin"}).out == "3\n");
    CHECK(has(item_json(home, "t"), "\"conflicts\":1"));
    CHECK(home.run({"doctor"}).status == 0);
    write_text(home.file("bad.json"),
               item_with("\"conflicting\":[" + pin("1", "2022-01-01T00:00:00Z", "1") + "]"));
    const Home empty;
    empty.init();
    const Outcome refused = empty.run({"import", "json", home.file("bad.json")});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "item 1"));
}

TEST_CASE("what claims to be from the future neither wins nor pushes history out",
          "[scenario][import]") {
    const Home home;
    home.init();
    write_text(home.file("x.json"), item_with(R"("username":"one","history":[
        {"field":"password","value":"later","at":"2999-01-01T00:00:00Z"},
        {"field":"password","value":"latest","at":"2999-01-01T00:00:00Z"},
        {"field":"password","value":"real","at":"2020-01-01T00:00:00Z"}])"));
    REQUIRE(home.run({"import", "json", home.file("x.json")}).status == 0);
    const std::string history = home.run({"history", "t", "--json"}).out;
    CHECK_FALSE(has(history, "2999"));
    for (const char* value : {"later", "latest", "real"}) {
        CHECK(has(history, R"("value":")" + std::string(value) + "\""));
    }
    expect_twice_changes_nothing(home, "json", "x.json");

    REQUIRE(home.run({"edit", "t", "--username", "mine"}).status == 0);
    write_text(home.file("x.json"),
               item_with(R"("username":"theirs","modified":"2999-01-01T00:00:00Z")"));
    const Outcome taken = home.run({"import", "json", home.file("x.json"), "--json"});
    CHECK(has(taken.out, "\"unchanged\":1"));
    CHECK(home.run({"get", "t", "username"}).out == "mine\n");
}

TEST_CASE("a separator within a tag or an address divides nothing", "[scenario][import]") {
    const Home home;
    home.init();
    const std::string sets =
        R"("urls":["https://a.example/\u001f\u001e0"],"tags":["one\u001ftwo","\u001e1","plain"])";
    write_text(home.file("x.json"), item_with(sets));
    REQUIRE(home.run({"import", "json", home.file("x.json")}).status == 0);
    CHECK(has(home.run({"ls", "--json"}).out, sets));
    CHECK(has(home.run({"ls", "--tag", "plain", "--json"}).out, "\"t\""));
}

TEST_CASE("a key that stands twice is refused, since one of the two was meant",
          "[scenario][import]") {
    const Home home;
    home.init();
    const Outcome added = home.run({"add", "a", "--stdin"}, R"({"password":"1","password":"2"})");
    CHECK(added.status == 2);
    CHECK(has(added.err, "\"password\" stands twice"));
    home.run({"add", "a", "--stdin"}, "{}");
    CHECK(home.run({"edit", "a", "--stdin"}, R"({"notes":"1","notes":null})").status == 2);
    const auto import = [&](const std::string& content) {
        write_text(home.file("x.json"), content);
        return home.run({"import", "json", home.file("x.json")});
    };
    const Outcome item = import(
        "{\"sparekey_export\":1,\"items\":[\n{\"title\":\"t\","
        "\"notes\":\"1\",\"notes\":\"2\"}]}");
    CHECK(item.status == 2);
    CHECK(has(item.err, "line 2"));
    CHECK(import(R"({"sparekey_export":1,"items":[{"title":"t"}],"items":[]})").status == 2);
    CHECK(import(R"({"sparekey_export":1,"items":[{"title":"t"}]})").status == 0);
}

}  // namespace sparekey::tests
