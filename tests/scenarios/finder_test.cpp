// The finder as a person meets it, in a terminal that draws.
#include "storage/folder/lock.h"
#include "tests/support/pseudo_terminal.h"
#include "tests/support/tmux.h"

#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <filesystem>

namespace sparekey::tests {
namespace {

/// A vault with a few items, held open by the agent.
struct Opened {
    Home home;

    Opened() {
        home.init();
        REQUIRE(home.run({"unlock"}).status == 0);
        add(R"({"title":"GitHub","username":"alice","password":"hunter2",
                "totp":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","urls":["https://github.com/login"]})");
        add(R"({"title":"日本語のサイト","username":"e\u0301ve","password":"secret-jp"})");
        add(R"({"title":"Bad \u001b]0;owned\u0007\u009b2J","username":"x\ny"})");
        for (int i = 0; i < 30; ++i) {
            add("{\"title\":\"Site " + std::to_string(100 + i) + "\",\"username\":\"bob\"}");
        }
    }
    void add(const std::string& item) { REQUIRE(home.run({"add", "--stdin"}, item).status == 0); }
};

std::string first_line(const std::string& screen) {
    return screen.substr(0, screen.find('\n'));
}

}  // namespace

TEST_CASE("the finder filters, shows, hides, counts a code down, and leaves nothing behind",
          "[scenario][finder]") {
    if (!Tmux::is_there()) SKIP("no tmux");
    const Opened opened;
    Tmux tmux(opened.home, {}, 80, 24);
    REQUIRE(tmux.wait_for("GitHub"));
    CHECK(has(tmux.screen(), "Esc leave"));
    CHECK_FALSE(has(tmux.screen(), "hunter2"));
    tmux.type("gith");
    REQUIRE(tmux.wait_until_gone("Site 100"));
    CHECK(has(tmux.screen(), "> GitHub"));
    CHECK(has(first_line(tmux.screen()), "> gith"));
    tmux.press("Tab");
    REQUIRE(tmux.wait_for("password: hunter2"));
    tmux.press("Tab");
    REQUIRE(tmux.wait_until_gone("hunter2"));
    tmux.press("C-t");
    REQUIRE(tmux.wait_for("s left"));
    tmux.press("C-u");
    REQUIRE(tmux.wait_for("Site 100"));
    CHECK_FALSE(has(tmux.screen(), "s left"));
    tmux.type("gihtub");
    REQUIRE(tmux.wait_for("> GitHub"));
    tmux.press("Tab");
    REQUIRE(tmux.wait_for("hunter2"));
    tmux.press("Escape");
    REQUIRE(tmux.wait_for("exit 0"));
    CHECK_FALSE(has(tmux.screen(), "hunter2"));
    CHECK_FALSE(has(tmux.screen(), "GitHub"));
}

TEST_CASE("what the finder shows goes when the vault is locked elsewhere", "[scenario][finder]") {
    Opened opened;
    opened.home.set({"TERM=xterm-256color"});
    PseudoTerminal finder(opened.home, {});
    REQUIRE(finder.wait_for("GitHub"));
    finder.type("gith\t");
    REQUIRE(finder.wait_for("hunter2"));
    CHECK(opened.home.run_bare({"lock"}).status == 0);
    // The alternate screen goes, and all that was on it.
    CHECK(finder.wait_for("\x1b[?1049l"));
    CHECK(finder.wait_for("the vault was locked"));
    CHECK(finder.finish() == 5);
}

TEST_CASE("the selection moves by keys and stays on the screen, also on another size",
          "[scenario][finder]") {
    if (!Tmux::is_there()) SKIP("no tmux");
    const Opened opened;
    Tmux tmux(opened.home, {}, 80, 24);
    REQUIRE(tmux.wait_for("GitHub"));
    tmux.type("site");
    REQUIRE(tmux.wait_for("> Site 100"));
    tmux.press("Down");
    REQUIRE(tmux.wait_for("> Site 101"));
    tmux.press("C-n");
    REQUIRE(tmux.wait_for("> Site 102"));
    tmux.press("Up");
    tmux.press("C-p");
    REQUIRE(tmux.wait_for("> Site 100"));
    tmux.press("PageDown");
    REQUIRE(tmux.wait_for("> Site 122"));
    tmux.press("End");
    REQUIRE(tmux.wait_for("> Site 129"));
    tmux.resize(40, 10);
    REQUIRE(tmux.wait_for("Esc\n"));
    REQUIRE(tmux.wait_for("> Site 129"));
    tmux.press("Home");
    REQUIRE(tmux.wait_for("> Site 100"));
    tmux.resize(100, 30);
    REQUIRE(tmux.wait_for("Site 127"));
    tmux.press("C-c");
    REQUIRE(tmux.wait_for("exit 130"));
}

TEST_CASE("wide characters line up, and control characters are shown, not obeyed",
          "[scenario][finder]") {
    if (!Tmux::is_there()) SKIP("no tmux");
    Opened opened;
    opened.home.set({"NO_COLOR=1"});
    Tmux tmux(opened.home, {}, 80, 24);
    REQUIRE(tmux.wait_for("GitHub"));
    const std::string screen = tmux.screen();
    CHECK(has(screen, "Bad \\x1b]0;owned\\x07\\x9b2J"));
    CHECK(has(screen, "x\\ny") == false);
    CHECK(has(screen, "x\\x0ay"));
    tmux.type("サイト");
    REQUIRE(tmux.wait_for("> 日本語のサイト"));
    tmux.press("BSpace");
    tmux.press("C-w");
    REQUIRE(tmux.wait_for("GitHub"));
    tmux.press("Escape");
    REQUIRE(tmux.wait_for("exit 0"));
}

TEST_CASE("what an item does not have is said, and the finder stays", "[scenario][finder]") {
    if (!Tmux::is_there()) SKIP("no tmux");
    const Opened opened;
    const Home& home = opened.home;
    Tmux without(home, {}, 80, 24);
    REQUIRE(without.wait_for("GitHub"));
    without.type("site 100");
    REQUIRE(without.wait_until_gone("Site 101"));
    without.press("Enter");
    REQUIRE(without.wait_for("has no password"));
    without.press("C-t");
    REQUIRE(without.wait_for("no one-time code"));
    without.press("Escape");
    REQUIRE(without.wait_for("exit 0"));
}

TEST_CASE("what is copied goes to the clipboard's command", "[scenario][finder][clipboard]") {
    if (!Tmux::is_there()) SKIP("no tmux");
    const Opened opened;
    const Home& home = opened.home;
    std::filesystem::create_directories(home.file(".config/sparekey"));
    write_text(home.file(".config/sparekey/config.toml"),
               "[clipboard]\ntimeout = \"0\"\ncommand = \"cat > " + home.file("copied") + "\"\n");
    Tmux tmux(home, {}, 80, 24);
    REQUIRE(tmux.wait_for("GitHub"));
    tmux.type("github");
    REQUIRE(tmux.wait_until_gone("Site 100"));
    tmux.press("Enter");
    REQUIRE(tmux.wait_for("password copied"));
    CHECK(read_text(home.file("copied")) == "hunter2");
    tmux.press("C-l");
    REQUIRE(tmux.wait_for("user name copied"));
    CHECK(read_text(home.file("copied")) == "alice");
    tmux.press("C-t");
    REQUIRE(tmux.wait_for("s left"));
    CHECK(read_text(home.file("copied")).size() == 6);
    CHECK(has(tmux.screen(), "code " + read_text(home.file("copied"))));
    tmux.press("Escape");
    REQUIRE(tmux.wait_for("exit 0"));
    CHECK_FALSE(has(tmux.screen(), "code "));
    // Each is a line of the audit log.
    const std::string audit = home.run({"audit"}).out;
    CHECK(has(audit, "password"));
    CHECK(has(audit, "totp"));
}

TEST_CASE("a locked vault asks for the password before the finder", "[scenario][finder]") {
    if (!Tmux::is_there()) SKIP("no tmux");
    const Opened opened;
    REQUIRE(opened.home.run_bare({"lock"}).status == 0);
    Tmux tmux(opened.home, {}, 80, 24);
    REQUIRE(tmux.wait_for("Master password"));
    tmux.type("correct horse battery staple");
    tmux.press("Enter");
    REQUIRE(tmux.wait_for("GitHub"));
    tmux.type("nothing like that at all");
    REQUIRE(tmux.wait_for("nothing matches"));
    tmux.press("Escape");
    REQUIRE(tmux.wait_for("exit 0"));
}

TEST_CASE("without an agent too, the vault is everybody's while the finder waits for a key",
          "[scenario][finder]") {
    if (!Tmux::is_there()) SKIP("no tmux");
    const Opened opened;
    const Home& home = opened.home;
    REQUIRE(home.run_bare({"lock"}).status == 0);
    Tmux tmux(home, {"--password-file", home.file("password")}, 80, 24);
    REQUIRE(tmux.wait_for("GitHub"));
    // By --no-agent exit 1 after some seconds, were it held.
    const std::string added = R"({"title":"Later one","password":"new secret"})";
    CHECK(home.run({"add", "--stdin", "--no-agent"}, added).status == 0);
    CHECK(home.run({"edit", "github", "--stdin"}, R"({"password":"changed"})").status == 0);
    tmux.type("later");
    REQUIRE(tmux.wait_for("> Later one"));
    tmux.press("Tab");
    REQUIRE(tmux.wait_for("new secret"));
    CHECK(home.run({"get", "github", "password"}).out == "changed\n");
    // What opens it meanwhile is asked instead.
    REQUIRE(home.run({"unlock"}).status == 0);
    tmux.press("C-u");
    tmux.type("github");
    REQUIRE(tmux.wait_for("> GitHub"));
    tmux.press("Tab");
    REQUIRE(tmux.wait_for("password: changed"));
    REQUIRE(home.run_bare({"lock"}).status == 0);
    REQUIRE(tmux.wait_for("exit 5"));
    CHECK(has(tmux.screen(), "the vault was locked"));
}

TEST_CASE("a vault that somebody else holds is said in the finder, which stays",
          "[scenario][finder]") {
    if (!Tmux::is_there()) SKIP("no tmux");
    const Opened opened;
    const Home& home = opened.home;
    REQUIRE(home.run_bare({"lock"}).status == 0);
    Tmux tmux(home, {"--password-file", home.file("password")}, 80, 24);
    REQUIRE(tmux.wait_for("GitHub"));
    {
        const auto held = storage::lock_folder(home.vault_folder(), "a test");
        REQUIRE(held);
        tmux.type("g");
        REQUIRE(tmux.wait_for("a test"));
    }
    tmux.type("ithub");
    REQUIRE(tmux.wait_for("> GitHub"));
    tmux.press("Escape");
    REQUIRE(tmux.wait_for("exit 0"));
}

TEST_CASE("a warning is told in the finder's own line, and again when it is left",
          "[scenario][finder]") {
    if (!Tmux::is_there()) SKIP("no tmux");
    const Opened opened;
    const Home& home = opened.home;
    REQUIRE(home.run_bare({"lock"}).status == 0);
    Tmux tmux(home, {"--password-file", home.file("password")}, 200, 24);
    REQUIRE(tmux.wait_for("GitHub"));
    std::filesystem::permissions(home.vault_folder(), std::filesystem::perms(0755));
    tmux.press("Down");
    tmux.press("Tab");
    REQUIRE(tmux.wait_for("username"));
    const std::string screen = tmux.screen();
    CHECK(has(screen.substr(screen.rfind("\n", screen.size() - 2)), "was open to others"));
    CHECK(has(first_line(screen), "> "));
    tmux.press("Escape");
    REQUIRE(tmux.wait_for("exit 0"));
    CHECK(has(tmux.screen(), "was open to others; it is 0700 now"));
}

TEST_CASE("every signal gives the terminal back", "[scenario][finder][terminal]") {
    Opened opened;
    opened.home.set({"TERM=xterm-256color"});
    for (const int number : {SIGTERM, SIGHUP, SIGINT}) {
        PseudoTerminal finder(opened.home, {"--vault", "default"});
        REQUIRE(finder.wait_for("\x1b[?1049h"));
        REQUIRE(finder.wait_for("GitHub"));
        CHECK_FALSE(finder.echoes());
        finder.signal(number);
        CHECK(finder.finish() == 130);
        CHECK(finder.echoes());
        CHECK(has(finder.shown(), "\x1b[?1049l"));
    }
    PseudoTerminal stopped(opened.home, {});
    REQUIRE(stopped.wait_for("GitHub"));
    // A session's leader is never really stopped, so it goes on at once.
    stopped.signal(SIGTSTP);
    REQUIRE(stopped.wait_for("\x1b[?1049l"));
    REQUIRE(stopped.wait_for("\x1b[?1049h"));
    REQUIRE(stopped.wait_for("GitHub"));
    CHECK_FALSE(stopped.echoes());
    stopped.type("\x04");
    CHECK(stopped.finish() == 0);
    CHECK(stopped.echoes());
}

TEST_CASE("without a terminal that can be drawn on there is no finder", "[scenario][finder]") {
    Opened opened;
    const Outcome piped = opened.home.run_bare({});
    CHECK(piped.status == 2);
    CHECK(has(piped.err, "no command is given"));
    if (!Tmux::is_there()) SKIP("no tmux");
    opened.home.set({"TERM=dumb"});
    Tmux tmux(opened.home, {}, 80, 24);
    REQUIRE(tmux.wait_for("exit 2"));
    CHECK(has(tmux.screen(), "cursor"));
}

}  // namespace sparekey::tests
