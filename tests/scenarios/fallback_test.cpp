// Spare ways in: made by `add --fallback-for`, used up code by code, proved by `rehearse`.
#include "tests/support/program.h"
#include "tests/support/pseudo_terminal.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <thread>

namespace sparekey::tests {
namespace {

std::string add(const Home& home, const std::string& document) {
    const Outcome added = home.run({"add", "--stdin"}, document);
    REQUIRE(added.status == 0);
    return added.out;
}

constexpr const char* kForum = R"({"title":"Forum","urls":["https://forum.example"],
    "sign_in_with":["google:al@x.example"],"fields":[{"name":"pin","value":"1234","secret":true}]})";

}  // namespace

TEST_CASE("a fallback becomes its item's own user name and password", "[scenario][fallback]") {
    const Home home;
    home.init();
    const std::string id = add(home, kForum);
    const Outcome made = home.run({"add", "--fallback-for", "forum"});
    CHECK(made.status == 0);
    CHECK(made.out == id);
    const std::string password = home.run({"get", "forum", "password"}).out;
    CHECK(password.size() == 21);
    CHECK(home.run({"get", "forum", "username"}).out.size() > 6);
    CHECK(home.run({"get", "forum", "pin"}).out == "1234\n");
    CHECK(
        has(home.run({"get", "forum", "--json"}).out, R"("sign_in_with":["google:al@x.example"])"));

    const Outcome again = home.run({"add", "--fallback-for", "forum", "--generate"});
    CHECK(again.status == 6);
    CHECK(home.run({"get", "forum", "password"}).out == password);
}

TEST_CASE("a fallback has the user name and the kind of password that were asked for",
          "[scenario][fallback]") {
    const Home home;
    home.init();
    add(home, kForum);
    const Outcome made = home.run({"add", "a title", "--fallback-for", "forum", "--username", "al2",
                                   "--generate=pin:9", "--json"});
    CHECK(made.status == 0);
    CHECK(json_text(made.out, "title") == "Forum");
    CHECK(json_text(made.out, "username") == "al2");
    CHECK_FALSE(has(made.out, "\"password\""));
    CHECK(home.run({"get", "forum", "password"}).out.size() == 10);

    add(home, R"({"title":"Known","username":"al","sign_in_with":["google:al@x.example"]})");
    REQUIRE(home.run({"add", "--fallback-for", "known"}).status == 0);
    CHECK(home.run({"get", "known", "username"}).out == "al\n");
}

TEST_CASE("recovery codes are added behind those that are there, and used up one by one",
          "[scenario][fallback]") {
    const Home home;
    home.init();
    add(home, R"({"title":"Mail","password":"own","recovery_codes":["first"]})");
    REQUIRE(home.run({"add", "--fallback-for", "mail", "--type", "recovery-codes", "--stdin"},
                     R"({"recovery_codes":["second","third","fourth"]})")
                .status == 0);
    const auto use = [&] { return home.run({"get", "mail", "recovery-code"}); };
    CHECK(home.run({"get", "mail", "recovery-code", "--peek"}).out == "first\n");
    const Outcome first = use();
    CHECK(first.out == "first\n");
    CHECK_FALSE(has(first.err, "recovery code"));
    CHECK(has(use().err, "2 recovery codes are left"));
    CHECK_FALSE(has(home.run({"get", "mail", "recovery-code", "--peek"}).err, "left"));
    CHECK(has(use().err, "one recovery code is left"));
    const Outcome last = use();
    CHECK(last.out == "fourth\n");
    CHECK(has(last.err, "that was the last recovery code"));
    CHECK(use().status == 3);

    REQUIRE(home.run({"add", "--fallback-for", "mail", "--type", "recovery-codes", "--generate"})
                .status == 0);
    CHECK(use().out.size() == 11);
    CHECK(home.run({"get", "mail", "password"}).out == "own\n");
}

TEST_CASE("a fallback is refused where it makes no sense", "[scenario][fallback]") {
    const Home home;
    home.init();
    add(home, R"({"title":"Diary","type":"note","notes":"x"})");
    add(home, kForum);
    CHECK(home.run({"add", "--fallback-for", "diary"}).status == 2);
    CHECK(home.run({"add", "--fallback-for", "nothing"}).status == 3);
    CHECK(home.run({"add", "--fallback-for", "forum", "--type", "note"}).status == 2);
    CHECK(home.run({"add", "--fallback-for", "forum", "--type", "recovery-codes"}).status == 2);
    CHECK(home.run({"add", "--fallback-for", "forum", "--generate=pin:0"}).status == 2);
}

TEST_CASE("rehearse lists what is due, and remembers a proof", "[scenario][fallback]") {
    const Home home;
    const std::string kit = home.init();
    add(home, kForum);
    add(home, R"({"title":"Only a password","password":"own"})");
    add(home, R"({"title":"Old","recovery_codes":["a"],
                  "fields":[{"name":"fallback_proved","value":"2020-01-01T00:00:00Z"}]})");
    CHECK(
        home.run({"rehearse", "--json"}).out ==
        R"([{"id":null,"title":"Emergency Kit","fallbacks":["kit"],"proved":null,"due":true},)"
        R"({"id":")" +
            json_text(home.run({"get", "old", "--json"}).out, "id") +
            R"(","title":"Old","fallbacks":["recovery_codes"],"proved":"2020-01-01T00:00:00Z","due":true}])"
            "\n");
    const std::string id = home.run({"add", "--fallback-for", "forum"}).out;
    CHECK(has(home.run({"rehearse"}).out, "Forum\tpassword\tnever"));

    // Through the agent as well.
    REQUIRE(home.run({"unlock"}).status == 0);
    REQUIRE(home.run_bare({"rehearse", "--stdin"}, "Forum\r\nold\n").status == 0);
    REQUIRE(home.run_bare({"kit", "drill", "--stdin", "--password-file", home.file("password")},
                          json_text(kit, "recovery_code"))
                .status == 0);
    CHECK(home.run_bare({"rehearse", "--json"}).out == "[]\n");
    const std::string all = home.run_bare({"rehearse", "--all", "--json"}).out;
    CHECK(has(all, R"("title":"Forum","fallbacks":["password"],"proved":"20)"));
    CHECK(has(all, R"("due":false)"));
    // A proof is of what was there. It is noted to the second.
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    REQUIRE(home.run_bare({"edit", "forum", "--generate"}).status == 0);
    CHECK(has(home.run_bare({"rehearse"}).out, "Forum"));
    REQUIRE(home.run_bare({"rehearse", "--stdin"}, "Forum\n").status == 0);
    CHECK(home.run_bare({"rehearse", "--json"}).out == "[]\n");
    CHECK(home.run_bare({"rehearse", "--stdin"}, "only a password\n").status == 3);
    CHECK(home.run_bare({"rehearse", "--stdin"}, "nothing\n").status == 3);
    CHECK(home.run_bare({"get", "forum", "pin"}).out == "1234\n");
    CHECK(home.run({"agent", "--stop"}).status == 0);
}

TEST_CASE("rehearse walks through the due ones on a terminal", "[scenario][fallback]") {
    const Home home;
    home.init();
    add(home, kForum);
    REQUIRE(home.run({"add", "--fallback-for", "forum", "--username", "spare"}).status == 0);
    add(home, R"({"title":"Bank","recovery_codes":["a","b","c"],
                  "fields":[{"name":"fallback_proved","value":"2020-01-01T00:00:00Z"}]})");
    PseudoTerminal walk(home, {"rehearse", "--password-file", home.file("password")}, 120);
    REQUIRE(walk.wait_for("Emergency Kit: you never proved this fallback"));
    REQUIRE(walk.wait_for("Forum: you never proved this fallback"));
    REQUIRE(walk.wait_for("sign in as spare with the password, not with google:al@x.example"));
    REQUIRE(walk.wait_for("did it work?"));
    walk.type("y\n");
    REQUIRE(walk.wait_for("Bank: you last proved this fallback "));
    REQUIRE(walk.wait_for("months ago"));
    REQUIRE(walk.wait_for("did it work?"));
    walk.type("n\n");
    CHECK(walk.wait_for("set a new one"));
    CHECK(walk.finish() == 0);
    const std::string left = home.run({"rehearse", "--json"}).out;
    CHECK_FALSE(has(left, "Forum"));
    CHECK(has(left, "Bank"));
}

}  // namespace sparekey::tests
