// What others put among a vault's files, or at the paths that are written: never followed, never
// waited for.
#include "tests/support/keyed_home.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

}  // namespace

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
         {vault + "vault.db", vault + "vault.db-wal", vault + "vault.db.draft",
          vault + "vault.db.draft-wal", vault + "keyslots", vault + "keyslots.new", vault + "lock",
          vault + "unfinished", state + "head", state + "head.new"}) {
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

}  // namespace sparekey::tests
