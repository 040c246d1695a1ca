// coverage --html, --svg and --dot by the real program: the files, and the page in a real browser.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <filesystem>

namespace sparekey::tests {
namespace {

std::string document(const std::vector<std::string>& items) {
    std::string text = R"({"sparekey_export":1,"exported":"2026-01-01T00:00:00Z","items":[)";
    for (const std::string& item : items) text += (text.ends_with('[') ? "" : ",") + item;
    return text + "]}";
}

std::vector<std::string> ten_items() {
    return {
        R"({"title":"Post","sign_in_with":["google:alice@gmail.com"],
            "fields":[{"name":"identity","value":"email:alice@post.example","secret":false}]})",
        R"({"title":"Forum","sign_in_with":["google:alice@gmail.com"],
            "recovers_via":["email:alice@post.example"]})",
        R"({"title":"GitHub","password":"secret-1","sign_in_with":["google:alice@gmail.com"],
            "fields":[{"name":"second_factor","value":"device:pixel","secret":false}]})",
        R"({"title":"Bank","recovers_via":["phone:+4915112345"]})",
        R"({"title":"Shop","password":"secret-2","recovers_via":["email:alice@post.example"]})",
        R"({"title":"Library","password":"secret-3"})",
        R"({"title":"Train","password":"secret-4"})",
        R"({"title":"Recipes","password":"secret-5"})",
        R"({"title":"<script>alert(1)</script>\"'&","password":"secret-6"})",
        R"({"title":"</title></style><img src=x onerror=alert(1)>"})",
    };
}

std::vector<std::string> three_hundred_items() {
    std::vector<std::string> items = ten_items();
    for (int i = 0; items.size() < 300; ++i) {
        const std::string number = std::to_string(i);
        const std::string title = R"({"title":"Site )" + number + "\",";
        items.push_back(
            i % 3 == 0   ? title + R"("sign_in_with":["google:alice@gmail.com"]})"
            : i % 3 == 1 ? title + R"("password":"x","recovers_via":["email:alice@post.example"]})"
                         : title + R"("password":"y"})");
    }
    return items;
}

struct PicturedVault {
    Home home;
    explicit PicturedVault(const std::vector<std::string>& items) {
        home.init();
        write_text(home.file("items.json"), document(items));
        REQUIRE(home.run({"import", "json", home.file("items.json")}).status == 0);
    }
};

/// What tests/browser/picture.mjs says of the vault's page.
std::string browse(const PicturedVault& vault, const std::string& name) {
    const std::string page = vault.home.file("page.html");
    REQUIRE(vault.home.run({"coverage", "--html", page}).status == 0);
    std::filesystem::create_directories(SPAREKEY_PICTURES);
    const Outcome outcome = vault.home.run_program(
        SPAREKEY_NODE_FOLDER "/bin/node",
        {SPAREKEY_PICTURE_SCRIPT, SPAREKEY_NODE_FOLDER, page, SPAREKEY_PICTURES, name});
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    return outcome.out;
}

}  // namespace

TEST_CASE("coverage draws into new private files, and holds no secret", "[scenario][picture]") {
    const PicturedVault vault(ten_items());
    const Home& home = vault.home;
    const std::string html = home.file("a.html"), svg = home.file("a.svg"),
                      dot = home.file("a.dot");
    const Outcome drawn =
        home.run({"coverage", "--html", html, "--svg", svg, "--dot", dot, "--json"});
    CHECK(drawn.status == 0);
    CHECK(drawn.out == home.run({"coverage", "--json"}).out);
    for (const std::string& file : {html, svg, dot}) {
        struct stat status {};
        REQUIRE(::stat(file.c_str(), &status) == 0);
        CHECK((status.st_mode & 07777U) == 0600);
        const std::string text = read_text(file);
        CHECK(has(text, "alice@gmail.com"));
        CHECK_FALSE(has(text, "secret-"));
    }
    CHECK(has(read_text(svg), "<svg xmlns="));
    CHECK(has(read_text(dot), "digraph sparekey {"));
}

TEST_CASE("coverage overwrites nothing, and draws nothing where one file exists",
          "[scenario][picture]") {
    const PicturedVault vault(ten_items());
    const Home& home = vault.home;
    write_text(home.file("there.svg"), "mine");
    const Outcome refused =
        home.run({"coverage", "--html", home.file("new.html"), "--svg", home.file("there.svg")});
    CHECK(refused.status == 6);
    CHECK(read_text(home.file("there.svg")) == "mine");
    CHECK_FALSE(std::filesystem::exists(home.file("new.html")));
    const Outcome twice =
        home.run({"coverage", "--html", home.file("new.html"), "--svg", home.file("new.html")});
    CHECK(twice.status == 2);
    CHECK_FALSE(std::filesystem::exists(home.file("new.html")));
    const Outcome checked = home.run({"coverage", "--check", "--dot", home.file("new.dot")});
    CHECK(checked.status == 6);
    CHECK(std::filesystem::exists(home.file("new.dot")));
}

TEST_CASE("an empty vault has a picture, too", "[scenario][picture]") {
    const Home home;
    home.init();
    CHECK(home.run({"coverage", "--html", home.file("a.html")}).status == 0);
    CHECK(has(read_text(home.file("a.html")), "No single loss locks you out"));
}

TEST_CASE("the page of ten items works by keyboard, in light and dark, and without its script",
          "[scenario][picture][browser]") {
    const std::string seen = browse(PicturedVault(ten_items()), "coverage-10");
    INFO(seen);
    CHECK(has(seen, R"("boxes":11,"reached":11,)"));
    CHECK_FALSE(has(seen, R"("pressed":1,)"));
    CHECK(has(seen, R"("complaints":[])"));
}

TEST_CASE("the page of three hundred items is no larger than a screen holds",
          "[scenario][picture][browser]") {
    const std::string seen = browse(PicturedVault(three_hundred_items()), "coverage-300");
    INFO(seen);
    CHECK(has(seen, R"("boxes":12,"reached":12,)"));
    CHECK(has(seen, R"("complaints":[])"));
}

}  // namespace sparekey::tests
