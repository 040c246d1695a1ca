// A full disk, a read-only one and small limits: refused in words, nothing half done.
#include "tests/support/keyed_home.h"
#include "tests/support/small_disk.h"

#include <catch2/catch_test_macros.hpp>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <iostream>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kKiB = 1024;
constexpr std::size_t kLeft[] = {0, 4, 8, 16, 32, 64, 128};

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
