// The clipboard, by programs of the test's own that hold it in a file, and by the real ones.
#include "tests/support/clipboard.h"

#include "tests/support/pseudo_terminal.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <thread>

namespace sparekey::tests {
namespace {

/// A vault with a login, and fake tools that hold the clipboard in the file `clipboard`.
struct Desk {
    Home home;
    ClipboardProcesses left;

    Desk() {
        home.init();
        home.run({"add", "--stdin"}, R"({"title":"Bank","username":"bob","password":"hunter2",
            "fields":[{"name":"pin","value":"1234","secret":true}],"recovery_codes":["c1","c2"]})");
        home.environment["XDG_RUNTIME_DIR"] = home.path();
        home.environment["PATH"] = home.file("tools");
        make_folder(home.file("tools"));
        for (const char* program : {"sh", "cat", "sleep", "echo"}) {
            link_program(home.file("tools"), program);
        }
    }
    std::string held() const { return read_text(home.file("clipboard")); }
    void hold(const std::string& text) const { write_text(home.file("clipboard"), text); }
    void set_timeout(const std::string& time) const {
        configure("[clipboard]\ntimeout = \"" + time + "\"\n");
    }
    void configure(const std::string& text) const {
        make_folder(home.file(".config"));
        make_folder(home.file(".config/sparekey"));
        write_text(home.file(".config/sparekey/config.toml"), text);
    }
    /// A program of this name in the PATH: `$C` is the clipboard's file.
    void add_tool(const std::string& name, const std::string& script) const {
        write_program(home.file("tools/" + name), "#!/bin/sh\nC='" + home.file("clipboard") +
                                                      "'\necho \"$0 $*\" >>'" + home.file("calls") +
                                                      "'\n" + script + "\n");
    }
    void add_xclip() const {
        add_tool("xclip", "case $* in *-o*) cat \"$C\" ;; *) cat >\"$C\" ;; esac");
    }
    void add_wayland(const std::string& help) const {
        add_tool("wl-copy", "case $* in *--help*) echo '" + help +
                                "' ;; *--clear*) : >\"$C\" ;; *) cat >\"$C\"; echo in \"$TMPDIR\" "
                                ">>\"$C.calls\" ;; esac");
        add_tool("wl-paste", "cat \"$C\"; case $* in *-n*) ;; *) echo ;; esac");
    }
    std::string calls() const { return read_text(home.file("calls")); }
};

/// A compositor without a screen, in a folder of its own. It refuses to be root's.
class Compositor {
  public:
    Compositor() {
        write_text(config(), "exec echo \"$WAYLAND_DISPLAY\"\n");
        const std::string folder = home_.path();
        std::vector<std::string> command = {
            "/usr/bin/env",          "HOME=" + folder,      "XDG_RUNTIME_DIR=" + folder,
            "WLR_BACKENDS=headless", "WLR_RENDERER=pixman", "WLR_LIBINPUT_NO_DEVICES=1"};
        if (::geteuid() == 0) {
            for (const std::string& path : {folder, config()}) {
                if (::chown(path.c_str(), kNobody, kNobody) == 0) continue;
                throw std::runtime_error("sway's folder cannot be given away");
            }
            const std::string nobody = std::to_string(kNobody);
            for (const std::string& word : {std::string("setpriv"), "--reuid=" + nobody,
                                            "--regid=" + nobody, std::string("--clear-groups")}) {
                command.push_back(word);
            }
        }
        for (const std::string& word : {std::string("sway"), std::string("-c"), config()}) {
            command.push_back(word);
        }
        running_.emplace(command);
    }

    bool is_up() const { return !running_->first_line().empty(); }
    std::string display() const { return home_.file(running_->first_line()); }

  private:
    static constexpr uid_t kNobody = 65534;
    std::string config() const { return home_.file("sway"); }

    Home home_;
    std::optional<Background> running_;  // last: it ends before its folder does
};

}  // namespace

TEST_CASE("a copied password is cleared after its time if it is still there",
          "[scenario][clipboard]") {
    Desk desk;
    desk.set_timeout("1s");
    desk.add_xclip();
    const Outcome copied = desk.home.run({"get", "bank", "--copy"});
    CHECK(copied.status == 0);
    CHECK(copied.out.empty());
    CHECK(has(copied.err, "copied; cleared in 1 s"));
    CHECK(desk.held() == "hunter2");
    REQUIRE(desk.left.wait_for_all() == 1);
    CHECK(desk.held().empty());
    CHECK_FALSE(has(desk.calls(), "hunter2"));
    CHECK(has(desk.home.run({"audit", "--json"}).out, R"("action":"copy")"));
}

TEST_CASE("what was copied by others in the meantime stays",
          "[scenario][clipboard][mutant:clipboard-unchanged]") {
    Desk desk;
    desk.set_timeout("1s");
    desk.add_xclip();
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    desk.hold("my own words");
    REQUIRE(desk.left.wait_for_all() == 1);
    CHECK(desk.held() == "my own words");
}

TEST_CASE("a clipboard that holds no text any more is left alone", "[scenario][clipboard]") {
    Desk desk;
    desk.set_timeout("1s");
    desk.add_tool("xclip", "case $* in *-o*) exit 1 ;; *) cat >\"$C\" ;; esac");
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    desk.hold("picture");
    REQUIRE(desk.left.wait_for_all() == 1);
    CHECK(desk.held() == "picture");
}

TEST_CASE("a second copy takes over from the first's timer",
          "[scenario][clipboard][mutant:clipboard-turn]") {
    Desk desk;
    desk.set_timeout("1h");
    desk.add_xclip();
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    const int first = desk.left.only();
    REQUIRE(first > 0);
    // The same text, so that only the turn tells them apart.
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    CHECK(desk.left.wait_for(first));
    CHECK(desk.held() == "hunter2");
    const int second = desk.left.only();
    REQUIRE(second > 0);
    // The end of a session clears at once.
    ::kill(second, SIGTERM);
    CHECK(desk.left.wait_for(second));
    CHECK(desk.held().empty());
}

TEST_CASE("two terminals of one display have one timer", "[scenario][clipboard]") {
    Desk desk;
    desk.set_timeout("1h");
    desk.add_xclip();
    desk.home.environment["DISPLAY"] = ":9";
    desk.home.environment["TMUX"] = "/tmp/tmux-0/default,1,0";
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    const int first = desk.left.only();
    REQUIRE(first > 0);
    desk.home.environment["TMUX"] = "";
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    CHECK(desk.left.wait_for(first));
    CHECK(desk.left.only() > 0);
}

TEST_CASE("the process that stays behind holds on to nothing",
          "[scenario][clipboard][mutant:clipboard-dumpable]") {
    Desk desk;
    desk.set_timeout("1h");
    desk.add_xclip();
    if (!become_nobody(desk.home)) SKIP("another user cannot reach the programs");
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    const int process = desk.left.only();
    REQUIRE(process > 0);
    const std::string folder = "/proc/" + std::to_string(process);
    CHECK_FALSE(is_dumpable(process));
    CHECK_FALSE(has(read_text(folder + "/cmdline"), "hunter2"));
    const std::string status = read_text(folder + "/stat");
    CHECK(has(status, " 0 -1 "));  // no terminal: tty_nr, tpgid
    for (const std::string& open : open_files(process)) {
        INFO(open);
        const bool expected = open == "/dev/null" || has(open, "anon_inode:") ||
                              has(open, desk.home.path() + "/sparekey/clipboard-");
        CHECK(expected);
    }
    // Where the memory can be looked at (by root), it shows what it must.
    if (::geteuid() == 0) CHECK(memory_holds(process, "XDG_RUNTIME_DIR"));
    CHECK_FALSE(memory_holds(process, "hunter2"));
    CHECK_FALSE(memory_holds(process, "correct horse"));
    ::kill(process, SIGTERM);
    CHECK(desk.left.wait_for(process));
}

TEST_CASE("the time is as configured, and never means never", "[scenario][clipboard]") {
    Desk desk;
    desk.add_xclip();
    for (const char* const never : {"0", "0s"}) {
        desk.set_timeout(never);
        const Outcome stays = desk.home.run({"get", "bank", "--copy", "--json"});
        CHECK(stays.out == "{\"copied\":true,\"clears_in\":null}\n");
        CHECK(desk.left.count() == 0);
    }
    desk.set_timeout("2m");
    CHECK(desk.home.run({"get", "bank", "pin", "--copy", "--json"}).out ==
          "{\"copied\":true,\"clears_in\":120}\n");
    CHECK(desk.held() == "1234");
    desk.set_timeout("soon");
    CHECK(desk.home.run({"get", "bank", "--copy"}).status == 2);
    desk.configure("");
    CHECK(has(desk.home.run({"get", "bank", "username", "--copy"}).err, "cleared in 30 s"));
    CHECK(desk.held() == "bob");
}

TEST_CASE("a recovery code that was copied is used up", "[scenario][clipboard]") {
    Desk desk;
    desk.set_timeout("0");
    desk.add_xclip();
    REQUIRE(desk.home.run({"get", "bank", "recovery-code", "--copy", "--peek"}).status == 0);
    CHECK(desk.held() == "c1");
    REQUIRE(desk.home.run({"get", "bank", "recovery-code", "--copy"}).status == 0);
    CHECK(desk.held() == "c1");
    REQUIRE(desk.home.run({"get", "bank", "recovery-code", "--copy"}).status == 0);
    CHECK(desk.held() == "c2");
    desk.add_tool("xclip", "exit 3");
    CHECK(desk.home.run({"get", "bank", "password", "--copy"}).status == 1);
}

TEST_CASE("a tool that fails, and none at all, are told", "[scenario][clipboard]") {
    Desk desk;
    const Outcome none = desk.home.run({"get", "bank", "--copy"});
    CHECK(none.status == 1);
    CHECK(has(none.err, "xclip"));
    desk.home.environment["WAYLAND_DISPLAY"] = "wayland-9";
    CHECK(has(desk.home.run({"get", "bank", "--copy"}).err, "wl-clipboard"));
    desk.add_tool("xclip", "echo \"Error: Can't open display\" >&2; exit 1");
    const Outcome failing = desk.home.run({"get", "bank", "--copy"});
    CHECK(failing.status == 1);
    CHECK(has(failing.err, "Can't open display"));
    CHECK_FALSE(has(failing.err, "hunter2"));
    // Nothing waits for the time of clearing, 30 s; one that failed may still be ending.
    for (const int process : desk.left.all()) CHECK(desk.left.wait_for(process));
    CHECK(desk.home.run({"get", "bank", "--copy", "--qr"}).status == 2);
    CHECK(desk.home.run({"get", "bank", "notes", "--copy"}).status == 3);
}

TEST_CASE("a tool's child that keeps its streams open does not hold a copy up",
          "[scenario][clipboard]") {
    Desk desk;
    desk.set_timeout("0");
    desk.add_tool("xclip", "cat >\"$C\"; sleep 600 &\necho $! >\"$C.sleeper\"");
    CHECK(desk.home.run({"get", "bank", "--copy"}).status == 0);
    CHECK(desk.held() == "hunter2");
    ::kill(std::stoi(read_text(desk.home.file("clipboard.sleeper"))), SIGKILL);
}

TEST_CASE("wl-copy under Wayland, told that it is a secret if it knows that",
          "[scenario][clipboard]") {
    Desk desk;
    desk.set_timeout("1s");
    desk.add_xclip();
    desk.add_wayland("usage: wl-copy [--paste-once]");
    desk.home.environment["WAYLAND_DISPLAY"] = "wayland-9";
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    CHECK(desk.held() == "hunter2");
    CHECK_FALSE(has(desk.calls(), "xclip"));
    CHECK(has(read_text(desk.home.file("clipboard.calls")), "in " + desk.home.path()));
    CHECK_FALSE(has(desk.calls(), "--sensitive"));
    REQUIRE(desk.left.wait_for_all() == 1);
    CHECK(desk.held().empty());
    CHECK(has(desk.calls(), "wl-copy --clear"));
    desk.add_wayland("usage: wl-copy [--sensitive]");
    desk.set_timeout("0");
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    CHECK(has(desk.calls(), "--sensitive"));
}

TEST_CASE("a command of one's own is given the text, and later nothing", "[scenario][clipboard]") {
    Desk desk;
    desk.add_xclip();
    desk.configure("[clipboard]\ntimeout = \"1s\"\ncommand = \"cat > " +
                   desk.home.file("elsewhere") + "\"\n");
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    CHECK(read_text(desk.home.file("elsewhere")) == "hunter2");
    REQUIRE(desk.left.wait_for_all() == 1);
    CHECK(read_text(desk.home.file("elsewhere")).empty());
    CHECK(desk.calls().empty());
}

TEST_CASE("a runtime folder that others can write decides nothing",
          "[scenario][clipboard][mutant:clipboard-folder]") {
    Desk desk;
    desk.set_timeout("1s");
    desk.add_xclip();
    make_folder(desk.home.file("sparekey"));
    open_to_all(desk.home.file("sparekey"));
    REQUIRE(desk.home.run({"get", "bank", "--copy", "--no-agent"}).status == 0);
    REQUIRE(desk.left.wait_for_all() == 1);
    CHECK(desk.held().empty());
    CHECK(is_empty_folder(desk.home.file("sparekey")));
}

TEST_CASE("the terminal's own clipboard is set and cleared by OSC 52", "[scenario][clipboard]") {
    Desk desk;
    desk.configure("[clipboard]\nosc52 = true\ntimeout = \"1s\"\n");
    PseudoTerminal terminal(
        desk.home, {"get", "bank", "--copy", "--password-file", desk.home.file("password")});
    CHECK(terminal.wait_for("\x1b]52;c;aHVudGVyMg==\x07"));
    CHECK(terminal.wait_for("cleared in 1 s"));
    CHECK(terminal.wait_for("\x1b]52;c;\x07"));
    CHECK(terminal.finish() == 0);
    CHECK(desk.left.wait_for_all() <= 1);
    CHECK_FALSE(has(terminal.shown(), "hunter2"));
    // Without a terminal it is as if it were not set.
    CHECK(desk.home.run({"get", "bank", "--copy"}).status == 1);
}

TEST_CASE("the real xclip and xsel, on a display without a screen", "[scenario][clipboard][real]") {
    if (!is_installed("Xvfb")) SKIP("Xvfb is not installed");
    for (const std::string tool : {"xclip", "xsel"}) {
        if (!is_installed(tool)) continue;
        INFO(tool);
        Desk desk;
        const Background display({"/usr/bin/Xvfb", "-displayfd", "1", "-nolisten", "tcp"});
        desk.home.environment["DISPLAY"] = ":" + display.first_line();
        link_program(desk.home.file("tools"), tool);
        desk.set_timeout("1h");
        const auto held = [&] {
            const std::string out =
                tool == "xclip" ? "xclip -selection clipboard -out" : "xsel --clipboard --output";
            return shell_output(desk.home, out + " 2>&1");
        };
        REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
        // xsel goes into the background first and takes the selection then.
        for (int tries = 0; tries < 200 && held() != "hunter2"; ++tries) ::usleep(50'000);
        CHECK(held() == "hunter2");
        const int process = desk.left.only();
        REQUIRE(process > 0);
        ::kill(process, SIGTERM);
        CHECK(desk.left.wait_for(process));
        CHECK_FALSE(has(held(), "hunter2"));
        {
            PseudoTerminal terminal(desk.home, {"get", "bank", "--copy", "--password-file",
                                                desk.home.file("password")});
            REQUIRE(terminal.finish() == 0);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        CHECK(held() == "hunter2");  // the terminal is closed
    }
}

TEST_CASE("the real wl-copy, in a compositor without a screen", "[scenario][clipboard][real]") {
    for (const char* const program : {"sway", "wl-copy"}) {
        if (!is_installed(program)) SKIP(std::string(program) + " is not installed");
    }
    Desk desk;
    const Compositor compositor;
    if (!compositor.is_up()) SKIP("sway does not start on this machine");
    desk.home.environment["WAYLAND_DISPLAY"] = compositor.display();
    for (const char* const tool : {"wl-copy", "wl-paste"}) {
        link_program(desk.home.file("tools"), tool);
    }
    desk.set_timeout("1h");
    const auto held = [&] { return shell_output(desk.home, "wl-paste --no-newline 2>&1"); };
    const auto clear = [&] {
        const int process = desk.left.only();
        REQUIRE(process > 0);
        ::kill(process, SIGTERM);
        CHECK(desk.left.wait_for(process));
    };
    const Outcome copied = desk.home.run({"get", "bank", "--copy"});
    INFO(copied.err);
    REQUIRE(copied.status == 0);
    CHECK(held() == "hunter2");
    clear();
    CHECK_FALSE(has(held(), "hunter2"));
    REQUIRE(desk.home.run({"get", "bank", "--copy"}).status == 0);
    shell_output(desk.home, "echo 'my own words' | wl-copy");
    clear();
    CHECK(held() == "my own words\n");
}

TEST_CASE("inside tmux, tmux hands the text to its terminal and keeps no copy",
          "[scenario][clipboard][real]") {
    if (!is_installed("tmux")) SKIP("tmux is not installed");
    Desk desk;
    desk.configure("[clipboard]\nosc52 = true\ntimeout = \"1s\"\n");
    link_program(desk.home.file("tools"), "tmux");
    desk.home.environment["TERM"] = "xterm-256color";
    desk.home.environment["SHELL"] = "/bin/sh";
    const std::string command = program_path() + " get bank --copy --password-file " +
                                desk.home.file("password") +
                                "; sleep 2; echo; tmux list-buffers; " + "echo listed; sleep 60";
    PseudoTerminal terminal(
        desk.home, {"-f", "/dev/null", "-S", desk.home.file("tmux"), "new-session", command}, 80,
        "/usr/bin/tmux");
    CHECK(terminal.wait_for("\x1b]52;;aHVudGVyMg=="));
    CHECK(terminal.wait_for("cleared in 1 s"));
    CHECK(terminal.wait_for("\x1b]52;;IA=="));
    CHECK(terminal.wait_for("listed"));
    CHECK_FALSE(has(terminal.shown(), "sparekey-"));
    CHECK_FALSE(has(terminal.shown(), "hunter2"));
    shell_output(desk.home, "tmux -S " + desk.home.file("tmux") + " kill-server");
}

}  // namespace sparekey::tests
