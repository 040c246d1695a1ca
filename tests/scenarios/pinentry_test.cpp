// The master password by a pinentry: a program of the test's own that writes down what it is told,
// hostile ones, and the real ones on a terminal.
#include "tests/support/clipboard.h"
#include "tests/support/pseudo_terminal.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

namespace sparekey::tests {
namespace {

constexpr const char* kPassword = "correct horse battery staple";

/// A vault, and a pinentry that answers GETPIN with the lines of the file `pins`, one after the
/// other.
struct Desk {
    Home home;

    Desk() {
        home.init();
        make_folder(home.file(".config"));
        make_folder(home.file(".config/sparekey"));
        make_folder(home.file("bin"));
        write_text(home.file("dialogue"), "");
        configure(home.file("pinentry"));
    }
    void configure(const std::string& program) const {
        write_text(home.file(".config/sparekey/config.toml"),
                   "[prompt]\npinentry = \"" + program + "\"\n");
    }
    /// `answer` says what comes after GETPIN, in sh, with the next line of `pins` in $pin.
    void add_pinentry(const std::string& pins,
                      const std::string& answer = "echo \"D $pin\"; echo OK",
                      const std::string& name = "pinentry") const {
        write_text(home.file("pins"), pins);
        const std::string dialogue = "'" + home.file("dialogue") + "'";
        write_program(home.file(name),
                      "#!/bin/sh\necho 'OK Pleased to meet you'\nwhile read -r line; do\n"
                      "  echo \"$line\" >>" +
                          dialogue +
                          "\n  case $line in\n"
                          "  GETPIN) pin=$(sed -n \"$(grep -c GETPIN " +
                          dialogue + ")p\" '" + home.file("pins") + "'); " + answer +
                          " ;;\n  BYE) echo OK; exit 0 ;;\n" +
                          "  OPTION*) echo 'ERR 83886254 Unknown option' ;;\n  *) echo OK ;;\n" +
                          "  esac\ndone\n");
    }
    /// The whole program, in sh.
    void add_hostile(const std::string& script) const {
        write_program(home.file("pinentry"), "#!/bin/sh\n" + script + "\n");
    }
    std::string dialogue() const { return read_text(home.file("dialogue")); }
};

}  // namespace

TEST_CASE("a configured pinentry asks for the master password", "[scenario][pinentry]") {
    Desk desk;
    desk.home.environment["DISPLAY"] = ":99";
    desk.add_pinentry(std::string(kPassword) + "\n");
    const Outcome found = desk.home.run_bare({"find"});
    CHECK(found.status == 0);
    const std::string told = desk.dialogue();
    CHECK(has(told, "SETTITLE Sparekey\n"));
    CHECK(has(told, "SETDESC The vault \"default\"\n"));
    CHECK(has(told, "SETPROMPT Master password:\n"));
    CHECK(has(told, "OPTION display=:99\n"));
    CHECK(has(told, "OPTION lc-ctype=C.UTF-8\n"));
    CHECK_FALSE(has(told, "SETERROR"));
    CHECK_FALSE(has(told, "ttyname"));
    // What comes before it in the order of sources is not asked for.
    CHECK(desk.home.run({"find"}).status == 0);
    CHECK(desk.dialogue() == told);
}

TEST_CASE("what a pinentry encodes is decoded", "[scenario][pinentry]") {
    Desk desk;
    desk.add_pinentry("correct%20horse %62attery\n",
                      "echo '# a comment'; echo 'S STATUS x'; "
                      "echo \"D $pin\"; echo 'D %20stap'; "
                      "echo 'D le'; echo OK");
    CHECK(desk.home.run_bare({"find"}).status == 0);
}

TEST_CASE("a wrong password is asked for again by the pinentry, with the reason",
          "[scenario][pinentry]") {
    Desk desk;
    desk.add_pinentry("wrong\n\n" + std::string(kPassword) + "\n");
    CHECK(desk.home.run_bare({"find"}).status == 0);
    CHECK(has(desk.dialogue(), "SETERROR This does not open the vault"));
    write_text(desk.home.file("dialogue"), "");
    desk.add_pinentry("wrong\nwrong\nwrong\nwrong\n");
    CHECK(desk.home.run_bare({"find"}).status == 5);
    std::size_t asked = 0;
    const std::string told = desk.dialogue();
    for (std::size_t at = 0; (at = told.find("GETPIN", at)) != std::string::npos; ++at) ++asked;
    CHECK(asked == 3);
}

TEST_CASE("a new password is asked for twice, by the pinentry too", "[scenario][pinentry]") {
    Desk desk;
    desk.add_pinentry(std::string(kPassword) + "\nnew\nnwe\nnew one\nnew one\n");
    CHECK(desk.home.run_bare({"passwd"}).status == 0);
    CHECK(has(desk.dialogue(), "SETERROR The two were not the same."));
    write_text(desk.home.file("dialogue"), "");
    desk.add_pinentry("new one\n");
    CHECK(desk.home.run_bare({"find"}).status == 0);
}

TEST_CASE("a cancelled pinentry is an interrupt", "[scenario][pinentry]") {
    Desk desk;
    for (const char* const error : {"83886179 Operation cancelled <Pinentry>", "99", "198 x"}) {
        desk.add_pinentry("x\n", "echo 'ERR " + std::string(error) + "'");
        CHECK(desk.home.run_bare({"find"}).status == 130);
    }
    desk.add_pinentry("x\n", "echo 'ERR 83886142 Timeout'");
    CHECK(desk.home.run_bare({"find"}).status == 5);
    desk.add_pinentry("x\n", "echo 'ERR 83918950 Inappropriate ioctl for device'");
    CHECK(desk.home.run_bare({"find"}).status == 5);
}

TEST_CASE("a pinentry that is broken or hostile is an error and never a hang",
          "[scenario][pinentry]") {
    Desk desk;
    for (const std::string script : {
             "exit 0",                                // no greeting
             "kill -9 $$",                            // the same
             "echo 'HTTP/1.1 200 OK'",                // another protocol
             "echo 'ERR 1 no'",                       // no welcome
             "echo OK; read -r l; exit 3",            // ends in between
             "head -c 100000 /dev/zero",              // a line without end
             "echo OK; tr '\\0' x </dev/zero",        // the same
             "echo OK; yes 'S endless'",              // status lines without end
             "echo OK; yes 'D 0123456789012345678'",  // data without end
             "echo OK; while read -r l; do echo 'D %4'; echo OK; done",
             "echo OK; while read -r l; do echo 'INQUIRE PASSPHRASE'; done",
             "echo OK; while read -r l; do echo 'ERR'; done",
             "echo OK; exec <&-; while :; do echo OK || exit; done",
         }) {
        INFO(script);
        desk.add_hostile(script);
        const Outcome refused = desk.home.run_bare({"find"});
        CHECK(refused.status == 5);
        CHECK(has(refused.err, "pinentry"));
        CHECK(has(refused.err, "config.toml"));
    }
    desk.configure(desk.home.file("none"));
    CHECK(desk.home.run_bare({"find"}).status == 5);
    desk.configure("");
    CHECK(has(desk.home.run_bare({"find"}).err, "--password-file"));
}

TEST_CASE("an interrupt while a pinentry asks ends both", "[scenario][pinentry]") {
    Desk desk;
    desk.add_pinentry("", "echo $$ >'" + desk.home.file("process") + "'; echo asking >/dev/tty; " +
                              "trap '' INT; while :; do sleep 0.1; done");
    for (const int number : {0, SIGTERM}) {
        PseudoTerminal asked(desk.home, {"find"});
        REQUIRE(asked.wait_for("asking"));
        if (number == 0) {
            asked.type("\x03");
        } else {
            asked.signal(number);
        }
        CHECK(asked.finish() == 130);
        CHECK(asked.echoes());
        CHECK(::kill(std::stoi(read_text(desk.home.file("process"))), 0) != 0);
    }
}

TEST_CASE("without a terminal, a display and a pinentry in the PATH are enough",
          "[scenario][pinentry]") {
    Desk desk;
    desk.add_pinentry(std::string(kPassword) + "\n", "echo \"D $pin\"; echo OK", "bin/pinentry");
    desk.configure("");
    desk.home.environment["PATH"] = desk.home.file("bin") + ":/usr/bin:/bin";
    CHECK(desk.home.run_bare({"find"}).status == 5);
    desk.home.environment["WAYLAND_DISPLAY"] = "wayland-9";
    CHECK(desk.home.run_bare({"find"}).status == 0);
    CHECK(has(desk.dialogue(), "GETPIN"));
    // A terminal comes first if none is configured.
    PseudoTerminal asked(desk.home, {"find"});
    REQUIRE(asked.wait_for("Master password"));
    asked.type(std::string(kPassword) + "\n");
    CHECK(asked.finish() == 0);
}

TEST_CASE("a confirmation without a terminal is the pinentry's", "[scenario][pinentry]") {
    Desk desk;
    desk.home.run({"add", "Old", "--generate"});
    desk.home.run({"rm", "old"});
    desk.add_pinentry("");
    CHECK(desk.home.run({"trash", "empty"}).status == 0);
    CHECK(has(desk.dialogue(), "CONFIRM"));
    desk.add_hostile(
        "echo OK; while read -r l; do case $l in CONFIRM) echo 'ERR 83886194 no' ;; "
        "*) echo OK ;; esac; done");
    desk.home.run({"add", "Old", "--generate"});
    desk.home.run({"rm", "old"});
    CHECK(desk.home.run({"trash", "empty"}).status == 1);
    CHECK(desk.home.run({"trash", "empty", "--yes"}).status == 0);
}

TEST_CASE("a config that others can write names no programs",
          "[scenario][pinentry][mutant:config-owner]") {
    Desk desk;
    desk.add_pinentry(std::string(kPassword) + "\n");
    const std::string config = desk.home.file(".config/sparekey/config.toml");
    REQUIRE(::chmod(config.c_str(), 0666) == 0);
    CHECK(desk.home.run_bare({"find"}).status == 8);
    CHECK(desk.dialogue().empty());
    REQUIRE(::chmod(config.c_str(), 0664) == 0);
    CHECK(desk.home.run_bare({"find"}).status == 0);
}

TEST_CASE("the real pinentries on a terminal", "[scenario][pinentry][real]") {
    for (const std::string program : {"pinentry-tty", "pinentry-curses"}) {
        if (!is_installed(program)) continue;
        INFO(program);
        Desk desk;
        desk.configure(program);
        desk.home.environment["TERM"] = "xterm";
        PseudoTerminal asked(desk.home, {"find"});
        REQUIRE(asked.wait_for("Master password"));
        asked.type("wrong\r");
        REQUIRE(asked.wait_for("does not open"));
        REQUIRE(asked.wait_for("Master password"));
        asked.type(std::string(kPassword) + "\r");
        CHECK(asked.finish() == 0);
        CHECK_FALSE(has(asked.shown(), "horse"));
        CHECK(asked.echoes());
        PseudoTerminal interrupted(desk.home, {"find"});
        REQUIRE(interrupted.wait_for("Master password"));
        interrupted.type("\x03");
        CHECK(interrupted.finish() == 130);
        CHECK(interrupted.echoes());
    }
}

}  // namespace sparekey::tests
