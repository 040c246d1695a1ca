// Several processes at one vault, and processes that are killed: waited for, told, nothing lost.
#include "tests/support/keyed_home.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string_view>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("a second process waits for the vault's lock, and names who holds it",
          "[scenario][disk]") {
    Home home;
    make_vault(home);
    REQUIRE(run(home, {"add", "Kept", "--username", "old", "--generate"}).status == 0);
    const std::string lock = home.vault_folder() + "/lock";

    const int held = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(::flock(held, LOCK_EX | LOCK_NB) == 0);
    const auto start = Clock::now();
    const int child = begin(home, keyed(home, {"get", "kept", "username"}), "log");
    ::usleep(1'000'000);
    CHECK(::waitpid(child, nullptr, WNOHANG) == 0);
    ::close(held);
    CHECK(status_of(child) == 0);
    CHECK(seconds_since(start) < 5);
    CHECK(read_text(home.file("log")) == "old\n");

    // Another program of ours, which waits for its standard input with the vault open.
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const int holder = begin(home, keyed(home, {"kit", "drill", "--stdin"}), "drill", ends[0]);
    const std::string name = "process " + std::to_string(holder) + " (sparekey kit)";
    for (int i = 0; i < 500 && read_text(lock) != name; ++i) ::usleep(10'000);
    REQUIRE(read_text(lock) == name);
    const auto second = Clock::now();
    const Outcome refused = run(home, {"get", "kept"});
    const double waited = seconds_since(second);
    CHECK(refused.status == 1);
    CHECK(has(refused.err, "in use by " + name));
    CHECK(waited > 4.3);  // of at most 5 s, which unlocking is a part of
    CHECK(waited < 8);
    ::kill(holder, SIGKILL);
    status_of(holder);
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK(run(home, {"get", "kept"}).status == 0);
}

TEST_CASE("of twenty adds at once none that was acknowledged is lost", "[scenario][disk]") {
    Home home;
    make_vault(home);
    std::vector<int> children;
    for (int i = 0; i < 20; ++i) {
        const std::string number = std::to_string(i);
        children.push_back(begin(home, keyed(home, {"add", "racer-" + number + "-", "--generate"}),
                                 "log" + number));
    }
    std::size_t done = 0;
    for (int i = 0; i < 20; ++i) {
        const int status = status_of(children[static_cast<std::size_t>(i)]);
        const std::string said = read_text(home.file("log" + std::to_string(i)));
        INFO(status << " " << said);
        if (status == 0) {
            ++done;
            CHECK(titled(home, "racer-" + std::to_string(i) + "-") == 1);
        } else {
            CHECK(status == 1);
            CHECK(has(said, "in use by process "));
            CHECK(has(said, "(sparekey add)"));
        }
    }
    std::cout << "race: 20 adds, " << done << " acknowledged\n";
    CHECK(done > 0);
    CHECK(titled(home, "racer") == done);
    CHECK(run(home, {"doctor"}).status == 0);
}

namespace {

/// Kills programs at random moments of the time that the first, whole one took.
class Killer {
  public:
    explicit Killer(std::string_view name)
        : name_(name), random_(seed() + std::hash<std::string_view>()(name)) {}
    ~Killer() {
        std::cout << "kill: " << name_ << " at " << killed_ + done_ << " points, " << killed_
                  << " killed, " << done_ << " done\n";
    }
    Killer(const Killer&) = delete;
    Killer& operator=(const Killer&) = delete;

    /// True if it was acknowledged.
    bool run(const Home& home, const Words& arguments) {
        const auto start = Clock::now();
        const int child = begin(home, arguments, "log");
        if (!whole_us_) {
            const bool done = status_of(child) == 0;
            REQUIRE(done);
            whole_us_ = static_cast<std::size_t>(seconds_since(start) * 1e6);
            return true;
        }
        // Every second one late, where the files are written.
        const std::size_t early = random_.coin() ? *whole_us_ / 2 : 0;
        ::usleep(static_cast<unsigned>(early + random_.below(*whole_us_ * 11 / 10 - early)));
        ::kill(child, SIGKILL);
        const int status = status_of(child);
        CHECK((status == 0 || status == 128 + SIGKILL));
        ++(status == 0 ? done_ : killed_);
        return status == 0;
    }
    /// Not a chance matter among so many points; with few of them it may be.
    bool has_killed() const { return killed_ > 0 || killed_ + done_ < 6; }

  private:
    std::string_view name_;
    SeededRandom random_;
    std::optional<std::size_t> whole_us_;
    std::size_t killed_ = 0;
    std::size_t done_ = 0;
};

/// A sixth of all points, and the whole run before them.
std::size_t rounds() {
    return count(60) / 6 + 1;
}

/// Whatever a kill left behind: the command works now, or its work was done already. `credential`
/// opens the vault that words[1] names.
void expect_repeatable(const Home& home, const Words& words, const Words& credential,
                       bool acknowledged) {
    const Outcome again = home.run_bare(words);
    INFO(again.err);
    CHECK((again.status == 0 || again.status == 6));
    if (acknowledged) CHECK(again.status == 6);
    expect_opens(home, words[1], credential);
}

}  // namespace

TEST_CASE("a killed init or restore-vault can be repeated", "[scenario][disk]") {
    Home home;
    make_vault(home);
    write_text(home.file("rows"), csv_of("row", 300));
    REQUIRE(run(home, {"import", "chrome-csv", home.file("rows")}).status == 0);
    REQUIRE(home.run_bare({"backup", home.file("b")}).status == 0);
    const Words password = {"--password-file", home.file("password")};
    Killer init("init"), restore("restore-vault");
    for (std::size_t i = 0; i < rounds(); ++i) {
        const std::string number = std::to_string(i);
        const Words made = {"--vault",  "made" + number, "init", "--kdf-memory",
                            "64MiB",    "--kdf-passes",  "3",    password[0],
                            password[1]};
        expect_repeatable(home, made, password, init.run(home, made));
        const Words copied = {"--vault", "copy" + number, "restore-vault", home.file("b")};
        expect_repeatable(home, copied, keyed(home, {}), restore.run(home, copied));
        const Outcome found = run(home, {"--vault", copied[1], "find", "--json"});
        CHECK(occurrences(found.out, "\"title\":\"row") == 300);
    }
    CHECK(init.has_killed());
    CHECK(restore.has_killed());
}

TEST_CASE("a killed import is in the vault as a whole or not at all", "[scenario][disk]") {
    Home home;
    make_vault(home);
    Killer import("import");
    std::size_t present = 0;
    for (std::size_t i = 0; i < rounds(); ++i) {
        const std::string name = "batch-" + std::to_string(i);
        write_text(home.file("rows"), csv_of(name, 200));
        const bool done =
            import.run(home, keyed(home, {"import", "chrome-csv", home.file("rows")}));
        const std::size_t now = titled(home, "batch");
        CHECK((now == present + 200 || (!done && now == present)));
        present = now;
    }
    CHECK(import.has_killed());
    CHECK(run(home, {"doctor"}).status == 0);
}

TEST_CASE("after a killed passwd the old password opens the vault or the new one",
          "[scenario][disk]") {
    Home home;
    make_vault(home);
    Killer passwd("passwd");
    for (std::size_t i = 0; i < rounds(); ++i) {
        write_text(home.file("next"), "password number " + std::to_string(i) + "\n");
        const bool done = passwd.run(home, {"passwd", "--password-file", home.file("password"),
                                            "--new-password-file", home.file("next")});
        const bool by_new =
            home.run_bare({"find", "--password-file", home.file("next")}).status == 0;
        CHECK((by_new || !done));
        if (!by_new) CHECK(home.run({"find"}).status == 0);
        if (by_new) fs::rename(home.file("next"), home.file("password"));
    }
    CHECK(passwd.has_killed());
    CHECK(home.run({"doctor"}).status == 0);
}

TEST_CASE("a killed slots add and trash empty are done or not begun", "[scenario][disk]") {
    Home home;
    make_vault(home);
    Killer slots("slots add recovery"), trash("trash empty");
    std::size_t present = occurrences(home.run_bare({"slots", "--json"}).out, "\"id\"");
    for (std::size_t i = 0; i < rounds(); ++i) {
        const bool added = slots.run(home, keyed(home, {"slots", "add", "recovery"}));
        const std::size_t now = occurrences(home.run_bare({"slots", "--json"}).out, "\"id\"");
        CHECK((now == present + 1 || (!added && now == present)));
        present = now;

        for (const char* name : {"one", "two", "three"}) {
            REQUIRE(run(home, {"add", name, "--generate"}).status == 0);
            REQUIRE(run(home, {"rm", name}).status == 0);
        }
        const std::size_t before = occurrences(run(home, {"trash", "--json"}).out, "\"id\":");
        CHECK(before >= 3);
        const bool emptied = trash.run(home, keyed(home, {"trash", "empty", "--yes"}));
        const std::size_t after = occurrences(run(home, {"trash", "--json"}).out, "\"id\":");
        CHECK((after == 0 || (!emptied && after == before)));
    }
    CHECK(slots.has_killed());
    CHECK(trash.has_killed());
    CHECK(run(home, {"doctor"}).status == 0);
}

}  // namespace sparekey::tests
