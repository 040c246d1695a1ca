// A full disk, a read-only one, a held lock, files of others and small limits: refused in words,
// nothing half done.
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"
#include "tests/support/small_disk.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <string_view>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kLeft[] = {0, 4, 8, 16, 32, 64, 128};
constexpr const char* kToken = R"({"title":"Token","totp":"JBSWY3DPEHPK3PXP"})";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A program that hangs ends by SIGALRM: status 142, which no test accepts.
void never_hang(Home& home) {
    home.in_child = [] { ::alarm(30); };
}

/// A vault with a key file, which opens it without the slow derivation.
void make_vault(Home& home) {
    never_hang(home);
    home.init();
    REQUIRE(home.run({"slots", "add", "keyfile", home.file("key")}).status == 0);
}

Words keyed(const Home& home, Words arguments) {
    arguments.push_back("--key-file");
    arguments.push_back(home.file("key"));
    return arguments;
}

Outcome run(const Home& home, const Words& arguments, const std::string& input = {}) {
    return home.run_bare(keyed(home, arguments), input);
}

void add_usual_items(const Home& home) {
    REQUIRE(run(home, {"add", "Kept", "--username", "first", "--generate"}).status == 0);
    REQUIRE(run(home, {"edit", "kept", "--username", "old"}).status == 0);
    REQUIRE(run(home, {"add", "--stdin"}, kToken).status == 0);
}

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

/// How many items there are whose title starts so; find itself would allow for typing errors.
std::size_t titled(const Home& home, const std::string& start) {
    const Outcome found = run(home, {"find", "--json"});
    INFO(found.err);
    REQUIRE(found.status == 0);
    return occurrences(found.out, "\"title\":\"" + start);
}

std::string csv_of(const std::string& prefix, int rows) {
    std::string csv = "name,url,username,password\n";
    for (int i = 0; i < rows; ++i) {
        csv += prefix + "-" + std::to_string(i) + ",https://example.com,u,p\n";
    }
    return csv;
}

void expect_opens(const Home& home, const std::string& vault, const Words& credential) {
    // The first writes the note of the last change, which the second misses otherwise.
    for (const char* command : {"find", "doctor"}) {
        Words open = {"--vault", vault, command};
        open.insert(open.end(), credential.begin(), credential.end());
        const Outcome opened = home.run_bare(open);
        INFO(command << ": " << opened.out << opened.err);
        CHECK(opened.status == 0);
    }
}

bool is_done_or_full(const Outcome& outcome) {
    if (outcome.status == 0) return true;
    return outcome.status == 1 &&
           (has(outcome.err, "disk is full") || has(outcome.err, "No space left"));
}

/// Starts the program with all its output in a file of this home and gives its process id.
int begin(const Home& home, const Words& arguments, const std::string& log, int input = -1) {
    const pid_t child = ::fork();
    if (child == 0) {
        const int in = input >= 0 ? input : ::open("/dev/null", O_RDONLY);
        const int out = ::open(home.file(log).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(in, 0);
        ::dup2(out, 1);
        ::dup2(out, 2);
        ::setsid();
        home.become(arguments);
    }
    return child;
}

int status_of(int child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// ---------------------------------------------------------------------------------- a full disk

/// One command on a disk with `left` bytes: what it says, and whether its effect is there later.
struct Write {
    const char* name;
    Words arguments;
    std::function<bool()> is_new;  // asked with room again
    std::string output = {};       // a file that must be whole or not there
};

void expect_done_or_untouched(const Home& home, SmallDisk& disk, std::size_t left,
                              const Write& write, std::size_t& refused) {
    disk.leave(left);
    const Outcome outcome = run(home, write.arguments);
    disk.make_room();
    INFO(write.name << " with " << left / kKiB << " KiB left: " << outcome.status << " "
                    << outcome.err);
    CHECK(is_done_or_full(outcome));
    if (outcome.status != 0) ++refused;
    CHECK(write.is_new() == (outcome.status == 0));
    if (!write.output.empty()) CHECK(fs::exists(write.output) == (outcome.status == 0));
    const Outcome doctor = run(home, {"doctor"});
    INFO(doctor.out << doctor.err);
    CHECK(doctor.status == 0);
    for (const std::string& folder : {home.vault_folder(), home.state_folder()}) {
        for (const auto& entry : fs::directory_iterator(folder)) {
            CHECK(entry.path().extension() != ".new");
        }
    }
}

std::vector<Write> writes(const Home& home, const std::string& tag) {
    const auto output_is_there = [&home, tag](const char* name) {
        return [path = home.file(name + tag)] { return fs::exists(path); };
    };
    return {
        {"add",
         {"add", "added" + tag, "--generate"},
         [&home, tag] { return titled(home, "added" + tag) == 1; }},
        {"edit",
         {"edit", "kept", "--username", "new" + tag},
         [&home, tag] {
             return run(home, {"get", "kept", "username"}).out == "new" + tag + "\n";
         }},
        {"attach",
         {"attach", "kept", home.file("page" + tag)},
         [&home, tag] {
             return has(run(home, {"attachments", "kept"}).out, "page" + tag);
         }},
        {"import",
         {"import", "chrome-csv", home.file("rows" + tag)},
         [&home, tag] {
             const std::size_t rows = titled(home, "row" + tag);
             CHECK((rows == 0 || rows == 40));
             return rows == 40;
         }},
        {"slots add",
         {"slots", "add", "recovery", "--json"},
         [&home, before = occurrences(home.run_bare({"slots", "--json"}).out, "\"id\"")] {
             return occurrences(home.run_bare({"slots", "--json"}).out, "\"id\"") > before;
         }},
        {"kit", {"kit", home.file("kit" + tag)}, output_is_there("kit"), home.file("kit" + tag)},
        {"export",
         {"export", "--yes", "--output", home.file("export" + tag)},
         output_is_there("export"),
         home.file("export" + tag)},
        {"backup",
         {"backup", home.file("backup" + tag)},
         [&home, tag] {
             return home.run_bare({"backup", "--verify", home.file("backup" + tag)}).status == 0;
         },
         home.file("backup" + tag)},
        {"trash empty",
         {"trash", "empty", "--yes"},
         [&home] { return run(home, {"trash"}).out.empty(); }},
    };
}

void fill_level(const Home& home, SmallDisk& disk, std::size_t left, std::size_t& runs,
                std::size_t& refused) {
    const std::string tag = std::to_string(left / kKiB) + "k";
    write_text(home.file("page" + tag), std::string(20'000, 'x'));
    write_text(home.file("rows" + tag), csv_of("row" + tag, 40));
    REQUIRE(run(home, {"add", "gone" + tag, "--generate"}).status == 0);
    REQUIRE(run(home, {"rm", "gone" + tag}).status == 0);
    for (const Write& write : writes(home, tag)) {
        expect_done_or_untouched(home, disk, left, write, refused);
        if (!write.output.empty()) fs::remove(write.output);
        ++runs;
    }
    write_text(home.file("next"), "the password after " + tag + "\n");
    disk.leave(left);
    const Outcome changed = run(home, {"passwd", "--new-password-file", home.file("next")});
    disk.make_room();
    INFO(changed.err);
    CHECK(is_done_or_full(changed));
    if (changed.status == 0) fs::rename(home.file("next"), home.file("password"));
    CHECK(home.run({"find"}).status == 0);
    if (changed.status != 0) ++refused;
    ++runs;
}

}  // namespace

TEST_CASE("on a full disk every write is done or refused in words, and nothing half written stays",
          "[scenario][disk]") {
    Home home;
    SmallDisk disk(home, 4096 * kKiB);
    if (!disk.reason().empty()) SKIP(disk.reason());
    make_vault(home);
    add_usual_items(home);
    std::size_t runs = 0, refused = 0;
    for (const std::size_t left : kLeft) {
        fill_level(home, disk, left * kKiB, runs, refused);
    }
    std::cout << "full disk: " << runs << " writes, " << refused << " refused\n";
    CHECK(refused > 10);
    CHECK(refused < runs);
}

TEST_CASE("on a full disk what is in the vault can still be read", "[scenario][disk]") {
    Home home;
    SmallDisk disk(home, 4096 * kKiB);
    if (!disk.reason().empty()) SKIP(disk.reason());
    make_vault(home);
    add_usual_items(home);
    disk.leave(0);
    for (const Words& words :
         {Words{"get", "kept", "username"}, Words{"find"}, Words{"otp", "token"},
          Words{"history", "kept"}, Words{"export", "--yes"}, Words{"doctor"}}) {
        const Outcome outcome = run(home, words);
        INFO(words[0] << ": " << outcome.err);
        CHECK(outcome.status == 0);
        CHECK_FALSE(outcome.out.empty());
    }
}

namespace {

/// Refused or done on the full disk, and then made with room. True if it was refused.
bool refused_and_made_later(const Home& home, SmallDisk& disk, std::size_t left, const Words& words,
                            const Words& credential) {
    disk.leave(left);
    const Outcome first = home.run_bare(words);
    disk.make_room();
    INFO(words[2] << " with " << left / kKiB << " KiB left: " << first.status << " " << first.err);
    CHECK(is_done_or_full(first));
    if (left == 0) CHECK(first.status == 1);
    if (first.status != 0) {
        const Outcome again = home.run_bare(words);
        INFO(again.err);
        CHECK(again.status == 0);
    }
    expect_opens(home, words[1], credential);
    fs::remove_all(home.path() + "/.local/share/sparekey/" + words[1]);
    return first.status != 0;
}

}  // namespace

TEST_CASE("init and restore-vault on a full disk can be repeated once there is room",
          "[scenario][disk]") {
    Home home;
    SmallDisk disk(home, 4096 * kKiB);
    if (!disk.reason().empty()) SKIP(disk.reason());
    make_vault(home);
    add_usual_items(home);
    REQUIRE(home.run_bare({"backup", home.file("b")}).status == 0);
    const Words password = {"--password-file", home.file("password")};
    std::size_t refused = 0;
    for (const std::size_t left : kLeft) {
        const std::string tag = std::to_string(left) + "k";
        const Words made = {"--vault",      "made" + tag, "init",      "--kdf-memory", "64MiB",
                            "--kdf-passes", "3",          password[0], password[1]};
        if (refused_and_made_later(home, disk, left * kKiB, made, password)) ++refused;
        const Words copied = {"--vault", "copy" + tag, "restore-vault", home.file("b")};
        if (refused_and_made_later(home, disk, left * kKiB, copied, keyed(home, {}))) ++refused;
    }
    std::cout << "full disk: " << refused << " of 14 new vaults refused and made later\n";
}

// ---------------------------------------------------------------------------- a read-only mount

TEST_CASE("on a read-only mount every write is refused in words, and reads work",
          "[scenario][disk]") {
    Home home;
    SmallDisk disk(home, 4096 * kKiB);
    if (!disk.reason().empty()) SKIP(disk.reason());
    make_vault(home);
    add_usual_items(home);
    write_text(home.file("rows"), csv_of("row", 3));
    REQUIRE(home.run_bare({"backup", home.file("b")}).status == 0);
    REQUIRE(run(home, {"add", "gone", "--generate"}).status == 0);
    REQUIRE(run(home, {"rm", "gone"}).status == 0);
    disk.make_read_only();
    for (const Words& words :
         std::vector<Words>{{"add", "x", "--generate"},
                            {"edit", "kept", "--username", "new"},
                            {"rm", "kept"},
                            {"restore", "gone"},
                            {"attach", "kept", home.file("rows")},
                            {"import", "chrome-csv", home.file("rows")},
                            {"passwd", "--new-password-file", home.file("password")},
                            {"slots", "add", "recovery"},
                            {"kit", home.file("kit")},
                            {"export", "--yes", "--output", home.file("out")},
                            {"backup", home.file("b2")},
                            {"trash", "empty", "--yes"},
                            {"--vault", "two", "restore-vault", home.file("b")}}) {
        const Outcome outcome = run(home, words);
        INFO(words[0] << ": " << outcome.status << " " << outcome.err);
        CHECK(outcome.status == 1);
        CHECK(has(outcome.err, "ead-only"));
    }
    const Outcome made = home.run({"--vault", "three", "init", "--kdf-memory", "64MiB"});
    CHECK(made.status == 1);
    CHECK(has(made.err, "ead-only"));
    for (const Words& words :
         {Words{"get", "kept", "username"}, Words{"find"}, Words{"otp", "token"},
          Words{"history", "kept"}, Words{"export", "--yes"}, Words{"doctor"}}) {
        const Outcome outcome = run(home, words);
        INFO(words[0] << ": " << outcome.status << " " << outcome.err);
        CHECK(outcome.status == 0);
    }
}

TEST_CASE("a read-only vault whose last changes are still in the log says so", "[scenario][disk]") {
    Home home;
    SmallDisk disk(home, 4096 * kKiB);
    if (!disk.reason().empty()) SKIP(disk.reason());
    make_vault(home);
    add_usual_items(home);
    write_text(home.vault_folder() + "/vault.db-wal", std::string(5000, 'w'));
    disk.make_read_only();
    const Outcome outcome = run(home, {"find"});
    CHECK(outcome.status == 1);
    CHECK(has(outcome.err, "vault.db-wal"));
    CHECK(has(outcome.err, "read-only"));
}

// ------------------------------------------------------------------------------- a second process

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
    CHECK(waited > 4.9);
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

// ------------------------------------------------------------------------------------- kill -9

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

// -------------------------------------------------------------------------- what others put there

TEST_CASE("a vault folder of another user is refused", "[scenario][disk]") {
    if (::geteuid() != 0) SKIP("only root can give a folder to another user");
    Home home;
    make_vault(home);
    for (const std::string& folder :
         {home.vault_folder(), home.state_folder(), home.path() + "/.local/share/sparekey"}) {
        REQUIRE(::chown(folder.c_str(), 65534, 65534) == 0);
        for (const Words& words :
             {Words{"find"}, Words{"add", "x", "--generate"}, Words{"backup", home.file("b")},
              Words{"passwd", "--new-password-file", home.file("password")}}) {
            const Outcome outcome = run(home, words);
            INFO(folder << " " << words[0] << " " << outcome.err);
            CHECK(outcome.status == 8);
            CHECK(has(outcome.err, "belongs to another user"));
        }
        REQUIRE(::chown(folder.c_str(), 0, 0) == 0);
    }
    CHECK(run(home, {"find"}).status == 0);
}

namespace {

constexpr const char* kKinds[] = {"link", "dangling link", "pipe", "folder"};

void plant(const Home& home, const std::string& kind, const std::string& path) {
    if (kind == "link") fs::create_symlink(home.file("victim"), path);
    if (kind == "dangling link") fs::create_symlink(home.file("nothing"), path);
    if (kind == "pipe") REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    if (kind == "folder") fs::create_directory(path);
}

bool is_refusal_or_done(int status) {
    return status == 0 || status == 1 || status == 6 || status == 8;
}

void expect_victim_untouched(const Home& home) {
    CHECK(read_text(home.file("victim")) == "precious");
    CHECK_FALSE(fs::exists(home.file("nothing")));
}

}  // namespace

TEST_CASE("a link, a pipe or a folder among a vault's files is never followed or waited for",
          "[scenario][disk]") {
    Home home;
    make_vault(home);
    REQUIRE(run(home, {"add", "Kept", "--username", "old", "--generate"}).status == 0);
    write_text(home.file("rows"), csv_of("row", 3));
    write_text(home.file("victim"), "precious");
    const std::string vault = home.vault_folder() + "/", state = home.state_folder() + "/";
    std::size_t refused = 0, done = 0;
    for (const std::string& path :
         {vault + "vault.db", vault + "vault.db-wal", vault + "keyslots", vault + "keyslots.new",
          vault + "lock", vault + "unfinished", state + "head", state + "head.new"}) {
        for (const char* kind : kKinds) {
            const bool present = fs::exists(path);
            if (present) fs::rename(path, path + ".away");
            plant(home, kind, path);
            for (const Words& words :
                 {Words{"find"}, Words{"edit", "kept", "--username", "new"},
                  Words{"passwd", "--new-password-file", home.file("password")},
                  Words{"import", "chrome-csv", home.file("rows")}, Words{"backup", home.file("b")},
                  Words{"restore-vault", home.file("b")}}) {
                const Outcome outcome = run(home, words);
                INFO(kind << " at " << path << ", " << words[0] << ": " << outcome.status << " "
                          << outcome.err);
                const bool missing = outcome.status == 3 && words[0] == "restore-vault";
                CHECK((is_refusal_or_done(outcome.status) || missing));
                ++(outcome.status == 0 ? done : refused);
            }
            expect_victim_untouched(home);
            fs::remove(home.file("b"));
            fs::remove_all(path);
            if (present) fs::rename(path + ".away", path);
            const Outcome after = run(home, {"find"});
            INFO(kind << " at " << path << ", after it is gone: " << after.err);
            CHECK(after.status == 0);
        }
    }
    std::cout << "planted: " << refused << " refused, " << done << " done\n";
    CHECK(run(home, {"doctor"}).status == 0);
}

TEST_CASE("a link, a pipe or a folder where a new vault is to be is never followed or waited for",
          "[scenario][disk]") {
    Home home;
    make_vault(home);
    REQUIRE(home.run_bare({"backup", home.file("b")}).status == 0);
    write_text(home.file("victim"), "precious");
    const std::string vault = home.path() + "/.local/share/sparekey/copy";
    const std::string state = home.path() + "/.local/state/sparekey/copy";
    const Words words = {"--vault", "copy", "restore-vault", home.file("b")};
    for (const std::string& path :
         {vault, state, vault + "/vault.db", vault + "/vault.db-wal", vault + "/keyslots",
          vault + "/keyslots.new", vault + "/lock", vault + "/unfinished",
          vault + "/unfinished.new", state + "/head", state + "/head.new"}) {
        for (const char* kind : kKinds) {
            if (path != vault && fs::create_directory(vault)) ::chmod(vault.c_str(), 0700);
            if (path != state && fs::create_directory(state)) ::chmod(state.c_str(), 0700);
            plant(home, kind, path);
            const Outcome outcome = home.run_bare(words);
            INFO(kind << " at " << path << ": " << outcome.status << " " << outcome.err);
            CHECK(is_refusal_or_done(outcome.status));
            expect_victim_untouched(home);
            fs::remove_all(vault);
            fs::remove_all(state);
            const Outcome again = home.run_bare(words);
            INFO(again.err);
            CHECK(again.status == 0);
            CHECK(run(home, {"--vault", "copy", "find"}).status == 0);
            fs::remove_all(vault);
            fs::remove_all(state);
        }
    }
}

TEST_CASE("a pipe given as an import, a backup or a destination is refused", "[scenario][disk]") {
    Home home;
    make_vault(home);
    REQUIRE(::mkfifo(home.file("pipe").c_str(), 0600) == 0);
    for (const Words& words :
         {Words{"import", "chrome-csv", home.file("pipe")},
          Words{"--vault", "copy", "restore-vault", home.file("pipe")},
          Words{"backup", home.file("pipe")}, Words{"backup", "--verify", home.file("pipe")},
          Words{"export", "--yes", "--output", home.file("pipe")},
          Words{"kit", home.file("pipe")}}) {
        const Outcome outcome = run(home, words);
        INFO(words[0] << ": " << outcome.status << " " << outcome.err);
        CHECK((outcome.status == 2 || outcome.status == 6 || outcome.status == 8));
    }
}

// ---------------------------------------------------------------------------------- small limits

TEST_CASE("a small limit on file sizes is an error in words, and nothing half written stays",
          "[scenario][disk]") {
    Home home;
    make_vault(home);
    REQUIRE(run(home, {"add", "Kept", "--username", "old", "--generate"}).status == 0);
    write_text(home.file("rows"), csv_of("row", 40));
    std::size_t refused = 0;
    for (const rlim_t limit : {rlim_t{0}, rlim_t{1}, rlim_t{100}, rlim_t{4096}, rlim_t{65536}}) {
        home.in_child = [limit] {
            ::alarm(30);
            const rlimit most{limit, limit};
            ::setrlimit(RLIMIT_FSIZE, &most);
        };
        for (const Words& words :
             {Words{"add", "x", "--generate"}, Words{"edit", "kept", "--username", "new"},
              Words{"import", "chrome-csv", home.file("rows")},
              Words{"passwd", "--new-password-file", home.file("password")},
              Words{"export", "--yes", "--output", home.file("out")},
              Words{"backup", home.file("out")}, Words{"kit", home.file("out")}}) {
            const Outcome outcome = run(home, words);
            INFO(words[0] << " with " << limit << " bytes: " << outcome.err);
            CHECK((outcome.status == 0 || outcome.status == 1));
            CHECK((outcome.status == 0 || outcome.err.size() > 20));
            if (outcome.status != 0) {
                ++refused;
                CHECK_FALSE(fs::exists(home.file("out")));
            }
            fs::remove(home.file("out"));
        }
        CHECK(run(home, {"get", "kept"}).status == 0);
        never_hang(home);
        CHECK(run(home, {"doctor"}).status == 0);
    }
    std::cout << "small files: " << refused << " of 35 writes refused\n";
    CHECK(refused > 10);
}

TEST_CASE("without lockable memory everything works, and doctor tells", "[scenario][disk]") {
    Home home;
    make_vault(home);
    home.in_child = [] {
        ::alarm(30);
        // Root is above the limit by this capability alone.
        ::prctl(PR_CAPBSET_DROP, CAP_IPC_LOCK, 0, 0, 0);
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_MEMLOCK, &none);
    };
    CHECK(run(home, {"add", "Kept", "--username", "old", "--generate"}).status == 0);
    CHECK(run(home, {"get", "kept", "username"}).out == "old\n");
    const Outcome doctor = run(home, {"doctor"});
    INFO(doctor.out << doctor.err);
    CHECK(has(doctor.out, "ok    database"));
#ifdef SPAREKEY_SANITIZED
    // The sanitizers' own mlock() does nothing and says that it did.
    CHECK(doctor.status == 0);
#else
    CHECK(doctor.status == 6);
    CHECK(has(doctor.out, "MEND  memory locking"));
#endif
}

}  // namespace sparekey::tests
