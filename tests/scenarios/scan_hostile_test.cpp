// `scan` of what was laid out to trip it, and what others may see of it.
#include "tests/support/clipboard.h"
#include "tests/support/leak_home.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

pid_t child_of(pid_t parent, const std::string& name) {
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string number = entry.path().filename();
        if (number.find_first_not_of("0123456789") != std::string::npos) continue;
        const std::string stat = read_text(entry.path() / "stat");
        const std::size_t after = stat.rfind(')');
        if (after == std::string::npos || !has(stat.substr(0, after), "(" + name)) continue;
        if (std::stol(stat.substr(after + 4)) == parent) return std::stoi(number);
    }
    return 0;
}

bool has_open(pid_t process, const fs::path& file) {
    std::error_code failed;
    for (fs::directory_iterator at("/proc/" + std::to_string(process) + "/fd", failed), end;
         !failed && at != end; at.increment(failed)) {
        if (fs::read_symlink(at->path(), failed) == file) return true;
        failed.clear();  // one that was closed meanwhile
    }
    return false;
}

}  // namespace

TEST_CASE("binary, huge, linked and unreadable files are passed over and counted",
          "[scenario][leaks][mutant:scan-symlinks]") {
    const LeakHome home;
    write_text(home.file("outside"), kLeakedPassword);
    home.hide("text", "nothing\n");
    home.hide("binary", std::string("\0", 1) + kLeakedPassword);
    home.hide("folder/text", "nothing\n");
    fs::create_symlink(home.file("outside"), home.tree() + "/to-outside");
    fs::create_symlink("..", home.tree() + "/folder/loop");
    fs::create_symlink("nowhere", home.tree() + "/dangling");
    REQUIRE(::mkfifo((home.tree() + "/pipe").c_str(), 0600) == 0);
    home.hide("huge", "text\n");
    REQUIRE(::truncate((home.tree() + "/huge").c_str(), 10'000'000'000) == 0);
    const Outcome found = home.scan({home.tree(), "--json"});
    CHECK(found.status == 0);
    CHECK(has(found.out, R"("scanned":2,"skipped":6,"skipped_by":{"binary":1,"large":1,"links":3,)"
                         R"("special":1,"unreadable":0,"damaged":0})"));
    CHECK(home.scan({home.tree() + "/huge"}).status == 0);
    CHECK(home.scan({home.tree() + "/to-outside"}).status == 6);  // named by the user
}

TEST_CASE("a large text is searched to its end in bounded memory", "[scenario][leaks]") {
    const LeakHome home;
    const std::string line(99, 'x');
    {
        std::ofstream text(home.tree() + "/log");
        for (int i = 0; i < 1'500'000; ++i) text << line << '\n';
        text << "P=" << kLeakedPassword << '\n';
    }
    const Outcome found = home.scan({home.tree(), "--json"});
    CHECK(found.status == 6);
    CHECK(has(found.out, R"("line":1500001,)"));
    CHECK(found.peak_kib < 100 * 1024 + kSanitizer_kib);
}

TEST_CASE("a secret across the border of what is read at once is found", "[scenario][leaks]") {
    const LeakHome home;
    constexpr std::size_t kBlock = std::size_t{1} << 20;
    for (const std::size_t border : {kBlock, kBlock + 8192, kBlock + 16384, 2 * kBlock}) {
        std::string text(border - 5, 'x');
        text += std::string(kLeakedPassword) + "\n" + std::string(3000, 'y') + "\n";
        home.hide("at-" + std::to_string(border), text);
    }
    const Outcome found = home.scan({home.tree(), "--json"});
    CHECK(times(found.out, "\"fingerprint\"") == 4);
}

TEST_CASE("what a path holds is made printable, and no secret in it is shown",
          "[scenario][leaks][mutant:scan-path-secret]") {
    const LeakHome home;
    home.hide("esc\x1b[2J\xff", kLeakedToken);
    home.hide(std::string("in/") + kLeakedPassword + "/name", kLeakedToken);
    for (const char* const format : {"json", "sarif"}) {
        const Outcome found = home.run_bare({"scan", home.tree(), "--format", format});
        CHECK(found.status == 6);
        CHECK(tells_nothing(found));
        CHECK_FALSE(has(found.out, "\x1b"));
        CHECK_FALSE(has(found.out, "\xff"));
    }
    const Outcome found = home.scan({home.tree()});
    CHECK(has(found.out, "esc\\x1b[2J\\xff:1"));
    CHECK(has(found.out, "in/***:1"));
}

TEST_CASE("memory that cannot be locked is told of", "[scenario][leaks]") {
#ifdef SPAREKEY_SANITIZED
    SKIP("a sanitizer makes mlock() do nothing");
#endif
    LeakHome home;
    home.hide("clean", "nothing\n");
    CHECK_FALSE(has(home.scan({home.tree()}).err, "could not be locked"));
    if (!become_nobody(home)) SKIP("another user cannot reach the programs");
    home.in_child = [before = home.in_child] {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_MEMLOCK, &none);
        if (before) before();
    };
    const Outcome told = home.scan({home.tree(), "--json"});
    CHECK(told.status == 0);
    CHECK(has(told.err, "could not be locked"));
    CHECK_FALSE(has(told.out, R"("unlocked_bytes":0)"));
}

TEST_CASE("nobody reads the memory of the process that has the secrets",
          "[scenario][leaks][mutant:scan-dumpable]") {
    LeakHome home;
    {
        // Large enough that the process is at work for as long as it is looked at.
        std::ofstream text(home.tree() + "/log");
        const std::string line(1023, 'x');
        for (int i = 0; i < 400'000; ++i) text << line << '\n';
    }
    if (!become_nobody(home)) SKIP("another user cannot reach the programs");
    const pid_t command = home.start({"scan", home.tree()});
    pid_t process = 0;
    for (int i = 0; i < 20'000 && !has_open(process, home.tree() + "/log"); ++i) {
        ::usleep(1000);
        process = child_of(command, "sparekey-scan");
    }
    REQUIRE(has_open(process, home.tree() + "/log"));
    const bool dumpable = is_dumpable(process);
    const std::string limits = read_text("/proc/" + std::to_string(process) + "/limits");
    const std::string arguments = read_text("/proc/" + std::to_string(process) + "/cmdline");
    ::kill(command, SIGTERM);
    ::waitpid(command, nullptr, 0);
    CHECK_FALSE(dumpable);
    CHECK(has(limits, "Max core file size        0 "));
    CHECK(arguments == std::string("sparekey-scan\0", 14));
}

}  // namespace sparekey::tests
