// On a terminal: prompts without echo, concealment, confirmations, and every way out of a prompt.
#include "core/text/columns.h"
#include "tests/support/clipboard.h"
#include "tests/support/pseudo_terminal.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <csignal>
#include <sstream>

namespace sparekey::tests {
namespace {

constexpr const char* kTyped = "correct horse battery staple";

}  // namespace

TEST_CASE("a vault is made and opened by typed passwords that are never shown",
          "[scenario][terminal]") {
    const Home home;
    PseudoTerminal made(home, {"init", "--kdf-memory", "64MiB", "--kdf-passes", "3"});
    REQUIRE(made.wait_for("master password"));
    CHECK_FALSE(made.echoes());
    made.type(std::string(kTyped) + "\n");
    REQUIRE(made.wait_for("again"));
    made.type(std::string(kTyped) + "\n");
    CHECK(made.wait_for("recovery code"));
    CHECK(made.finish() == 0);
    CHECK_FALSE(has(made.shown(), "horse"));

    PseudoTerminal added(home, {"add", "Mail", "--username", "alice"});
    REQUIRE(added.wait_for("Master password"));
    added.type(std::string(kTyped) + "\n");
    REQUIRE(added.wait_for("Password for the item"));
    CHECK_FALSE(added.echoes());
    added.type("hunter2\n");
    CHECK(added.finish() == 0);
    CHECK_FALSE(has(added.shown(), "hunter2"));
    CHECK(home.run({"get", "mail", "password"}).out == "hunter2\n");
}

TEST_CASE("two different new passwords make no vault", "[scenario][terminal]") {
    const Home home;
    PseudoTerminal made(home, {"init", "--kdf-memory", "64MiB", "--kdf-passes", "3"});
    for (int tries = 0; tries < 3; ++tries) {
        REQUIRE(made.wait_for("master password"));
        made.type("one\n");
        REQUIRE(made.wait_for("again"));
        made.type("other\n");
        if (tries < 2) REQUIRE(made.wait_for("were not the same"));
    }
    CHECK(made.finish() == 2);
    CHECK(home.run({"find"}).status == 3);
}

TEST_CASE("a terminal shows secrets only when they are asked for", "[scenario][terminal]") {
    const Home home;
    home.init();
    home.run({"add", "--stdin"}, R"({"title":"Bank","username":"bob","password":"hunter2",
        "notes":"a riddle","fields":[{"name":"pin","value":"1234","secret":true},
        {"name":"branch","value":"north"}]})");
    const auto shown = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--password-file", home.file("password")});
        PseudoTerminal run(home, arguments);
        CHECK(run.finish() == 0);
        return run.shown();
    };
    const std::string concealed = shown({"get", "bank"});
    CHECK(has(concealed, "bob"));
    CHECK(has(concealed, "north"));
    for (const char* secret : {"hunter2", "1234", "riddle"}) {
        CHECK_FALSE(has(concealed, secret));
        CHECK(has(shown({"get", "bank", "--reveal"}), secret));
        CHECK(has(shown({"get", "bank", "--json"}), secret));
    }
    CHECK(has(shown({"get", "bank", "password"}), "hunter2"));
    home.run({"edit", "bank", "--stdin"}, R"({"password":"new"})");
    CHECK_FALSE(has(shown({"history", "bank"}), "hunter2"));
    CHECK(has(shown({"history", "bank", "--reveal"}), "hunter2"));
    // A pipe is asked for by its nature.
    CHECK(has(home.run({"get", "bank"}).out, "password: new"));
}

TEST_CASE("every way out of a prompt gives the echo back", "[scenario][terminal]") {
    const Home home;
    home.init();
    PseudoTerminal interrupted(home, {"find"});
    REQUIRE(interrupted.wait_for("Master password"));
    CHECK_FALSE(interrupted.echoes());
    interrupted.type("half a passw\x03");
    CHECK(interrupted.finish() == 130);
    CHECK(interrupted.echoes());
    for (const int number : {SIGTERM, SIGHUP, SIGQUIT}) {
        PseudoTerminal ended(home, {"find"});
        REQUIRE(ended.wait_for("Master password"));
        ended.signal(number);
        CHECK(ended.finish() != 0);
        CHECK(ended.echoes());
    }
    PseudoTerminal wrong(home, {"find"});
    for (const char* const typed : {"wrong\n", "\n", "wrong again\n"}) {
        REQUIRE(wrong.wait_for("Master password"));
        wrong.type(typed);
    }
    CHECK(wrong.finish() == 5);
    CHECK(wrong.echoes());
    PseudoTerminal closed(home, {"find"});
    REQUIRE(closed.wait_for("Master password"));
    closed.type("\x04");
    CHECK(closed.finish() == 130);
}

TEST_CASE("a wrong password may be typed again, and the reason is told", "[scenario][terminal]") {
    const Home home;
    home.init();
    PseudoTerminal opened(home, {"find"});
    REQUIRE(opened.wait_for("Master password"));
    opened.type("wrong\n");
    REQUIRE(opened.wait_for("does not open"));
    REQUIRE(opened.wait_for("Master password"));
    opened.type(std::string(kTyped) + "\n");
    CHECK(opened.finish() == 0);
    CHECK_FALSE(has(opened.shown(), "horse"));
    // Nobody is asked where nobody was to be asked.
    write_text(home.file("wrong"), "wrong\n");
    PseudoTerminal told(home, {"find", "--password-file", home.file("wrong")});
    CHECK(told.finish() == 5);
    CHECK_FALSE(has(told.shown(), "Master password"));
}

TEST_CASE("a prompt that was stopped asks again when it goes on", "[scenario][terminal]") {
    const Home home;
    home.init();
    PseudoTerminal stopped(home, {"find"});
    REQUIRE(stopped.wait_for("Master password"));
    // A session's leader is never really stopped, so it goes on at once.
    stopped.signal(SIGTSTP);
    REQUIRE(stopped.wait_for("Master password"));
    CHECK_FALSE(stopped.echoes());
    stopped.type(std::string(kTyped) + "\n");
    CHECK(stopped.finish() == 0);
    CHECK(stopped.echoes());
}

TEST_CASE("what destroys asks first, and only a yes goes on", "[scenario][terminal]") {
    const Home home;
    home.init();
    home.run({"add", "Old", "--generate"});
    home.run({"rm", "old"});
    const auto answer = [&](const char* keys) {
        PseudoTerminal asked(home, {"trash", "empty", "--password-file", home.file("password")});
        REQUIRE(asked.wait_for("[y/N]"));
        asked.type(keys);
        return asked.finish();
    };
    CHECK(answer("\n") == 1);
    CHECK(answer("n\n") == 1);
    CHECK(answer("\x03") == 130);
    CHECK(has(home.run({"trash"}).out, "Old"));
    CHECK(answer("y\n") == 0);
    CHECK_FALSE(has(home.run({"trash"}).out, "Old"));
}

TEST_CASE("control characters of an item do not steer the terminal", "[scenario][terminal]") {
    const Home home;
    home.init();
    home.run({"add", "--stdin"},
             R"({"title":"T\u001b]0;owned\u0007","username":"a\nfake row","notes":"\u009b2Jx",
                 "password":"p\u001b[31m"})");
    for (const std::vector<std::string>& command : {std::vector<std::string>{"find"},
                                                    {"get", "T", "--reveal"},
                                                    {"get", "T", "password"},
                                                    {"get", "nothing-like-T"},
                                                    {"rm", "T"},
                                                    {"trash"}}) {
        std::vector<std::string> arguments = command;
        arguments.insert(arguments.end(), {"--password-file", home.file("password")});
        PseudoTerminal run(home, arguments);
        run.finish();
        CHECK_FALSE(has(run.shown(), "\x1b]"));
        CHECK_FALSE(has(run.shown(), "\x1b[31m"));
        CHECK_FALSE(has(run.shown(), "\x07"));
        CHECK_FALSE(has(run.shown(), "\xc2\x9b"));
        CHECK_FALSE(has(run.shown(), "\nfake row"));
    }
}

TEST_CASE("a table is as wide as the terminal, and no id is cut", "[scenario][terminal]") {
    const Home home;
    home.init();
    const std::string title =
        "A title that is far too long for any narrow window, whatever it says";
    const std::string id =
        json_text(home.run({"add", title, "--username", "alice@a-long-host.example", "--tag",
                            "work", "--json"})
                      .out,
                  "id");
    home.run({"add", "短い題名ですが二倍の幅があります、長い長い題名", "--username", "bob"});
    const auto lines_of = [&](unsigned short columns) {
        PseudoTerminal run(home, {"find", "--password-file", home.file("password")}, columns);
        CHECK(run.finish() == 0);
        std::vector<std::string> lines;
        std::istringstream text(run.shown());
        for (std::string line; std::getline(text, line);) {
            while (!line.empty() && line.back() == '\r') line.pop_back();
            lines.push_back(line);
        }
        return lines;
    };
    for (const unsigned short columns : std::array<unsigned short, 2>{80, 100}) {
        const std::vector<std::string> lines = lines_of(columns);
        REQUIRE(lines.size() == 3);
        for (const std::string& line : lines) {
            INFO(line);
            CHECK((has(line, "ID") || core::columns(line) == columns));
        }
        CHECK(has(lines[1] + lines[2], id));
        CHECK(has(lines[1] + lines[2], "…"));
        CHECK(has(lines[1] + lines[2], "bob"));
    }
    CHECK(has(lines_of(250)[1] + lines_of(250)[2], title));
    CHECK(has(lines_of(0)[1] + lines_of(0)[2], title));
    CHECK(has(home.run({"find", "--json"}).out, title));
    CHECK(has(home.run({"find"}).out, title));
    // What was asked for is never cut.
    const std::string secret(60, 's');
    home.run({"edit", "bob", "--stdin"}, R"({"password":")" + secret + R"("})");
    home.run({"edit", "bob", "--stdin"}, R"({"password":"other"})");
    PseudoTerminal history(
        home, {"history", "bob", "--reveal", "--password-file", home.file("password")}, 40);
    CHECK(history.finish() == 0);
    CHECK(has(history.shown(), secret));
}

TEST_CASE("passwd by the recovery code says how many older passwords it removed",
          "[scenario][passwd]") {
    const Home home;
    const std::string code = json_text(home.init(), "recovery_code");
    write_text(home.file("code"), code + "\n");
    write_text(home.file("other"), "another one\n");
    REQUIRE(
        home.run({"slots", "add", "password", "--new-password-file", home.file("other")}).status ==
        0);
    const Outcome set = home.run_bare({"passwd", "--recovery-file", home.file("code"),
                                       "--new-password-file", home.file("other")});
    CHECK(set.status == 0);
    CHECK(has(set.err, "2 slots of older passwords are removed"));
    CHECK(home.run_bare({"passwd", "--json", "--recovery-file", home.file("code"),
                         "--new-password-file", home.file("password")})
              .out == "{\"changed\":true,\"removed\":1}\n");
    CHECK(home.run({"find"}).status == 0);
}

}  // namespace sparekey::tests
