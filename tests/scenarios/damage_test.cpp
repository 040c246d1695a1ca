// Damaged, replaced, older and foreign files: noticed, and never taken for something else.
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <set>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

void fill(const Home& home) {
    home.init();
    for (const char* name : {"One", "Two", "Three"}) {
        REQUIRE(home.run({"add", name, "--username", "u", "--generate"}).status == 0);
    }
}

bool is_refusal(int status) {
    return status == 8 || status == 5 || status == 1;
}

}  // namespace

TEST_CASE("an empty, cut, plaintext or missing database is damage, never a new vault",
          "[scenario][damage]") {
    const Home home;
    fill(home);
    const std::string database = home.vault_folder() + "/vault.db";
    const std::string whole = read_text(database);
    const std::string pieces[] = {"",
                                  whole.substr(0, 1),
                                  whole.substr(0, 15),
                                  whole.substr(0, 16),
                                  whole.substr(0, 4096),
                                  "SQLite format 3" + std::string(1, '\0') + whole.substr(16)};
    for (const std::string& piece : pieces) {
        write_text(database, piece);
        CHECK(home.run({"find"}).status == 8);
        CHECK(read_text(database) == piece);
        CHECK(home.run({"init"}).status == 6);
    }
    fs::remove(database);
    CHECK(home.run({"find"}).status == 8);
    write_text(database, whole);
    CHECK(home.run({"find"}).status == 0);
    fs::remove(home.vault_folder() + "/keyslots");
    CHECK(home.run({"find"}).status == 8);
}

TEST_CASE("an older database, and another vault's, are noticed", "[scenario][damage]") {
    const Home home, other;
    fill(home);
    fill(other);
    const std::string database = home.vault_folder() + "/vault.db";
    const std::string older = read_text(database);
    REQUIRE(home.run({"edit", "one", "--username", "changed"}).status == 0);
    const std::string newer = read_text(database);
    write_text(database, older);
    const Outcome refused = home.run({"get", "one"});
    CHECK(refused.status == 8);
    CHECK(refused.err.find("--accept-restored") != std::string::npos);
    CHECK(home.run({"doctor", "--accept-restored"}).status == 2);
    CHECK(home.run({"doctor", "--accept-restored", "--yes"}).status == 0);
    CHECK(home.run({"get", "one", "username"}).out == "u\n");
    // Now the newer one is ahead of what was last used here: no rollback.
    write_text(database, newer);
    CHECK(home.run({"get", "one", "username"}).out == "changed\n");

    write_text(database, read_text(other.vault_folder() + "/vault.db"));
    CHECK(home.run({"find"}).status == 8);
    write_text(database, newer);
    const std::string head = read_text(home.state_folder() + "/head");
    write_text(home.state_folder() + "/head", read_text(other.state_folder() + "/head"));
    CHECK(home.run({"find"}).status == 8);
    write_text(home.state_folder() + "/head", head);
    CHECK(home.run({"find"}).status == 0);
}

TEST_CASE("a flipped bit anywhere in keyslots is refused", "[scenario][damage]") {
    const Home home;
    fill(home);
    const std::string path = home.vault_folder() + "/keyslots";
    const std::string whole = read_text(path);
    SeededRandom random;
    for (std::size_t i = 0; i < count(100); ++i) {
        std::string flipped = whole;
        const std::size_t bit = random.below(whole.size() * 8);
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        write_text(path, flipped);
        CHECK(home.run({"find"}).status == 8);
    }
    write_text(path, whole);
    CHECK(home.run({"find"}).status == 0);
}

TEST_CASE("a flipped byte of the database is an error or changes nothing", "[scenario][damage]") {
    const Home home;
    fill(home);
    const std::string path = home.vault_folder() + "/vault.db";
    const std::string whole = read_text(path);
    const std::string expected = home.run({"export", "--yes"}).out;
    const auto items = [](const std::string& all) { return all.substr(all.find("\"items\"")); };
    SeededRandom random;
    std::size_t refused = 0;
    const std::size_t pages = whole.size() / 4096;
    // Every page, or every tenth from anywhere; and the first one, which no command does without.
    const std::size_t step = 100 / count(100);
    std::set<std::size_t> chosen{0};
    for (std::size_t page = random.below(step); page < pages; page += step) chosen.insert(page);
    for (const std::size_t page : chosen) {
        for (int offset = 0; offset < 3; ++offset) {
            std::string flipped = whole;
            const std::size_t at = page * 4096 + random.below(4096);
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << random.below(8)));
            write_text(path, flipped);
            fs::remove(path + "-wal");
            const Outcome outcome = home.run({"export", "--yes"});
            if (outcome.status == 0) {
                CHECK(items(outcome.out) == items(expected));
            } else {
                CHECK(is_refusal(outcome.status));
                ++refused;
            }
        }
    }
    CHECK(refused > 0);
}

TEST_CASE("a page put back from an older file is an error or changes nothing",
          "[scenario][damage]") {
    const Home home;
    fill(home);
    const std::string path = home.vault_folder() + "/vault.db";
    const std::string older = read_text(path);
    REQUIRE(home.run({"edit", "two", "--username", "changed"}).status == 0);
    REQUIRE(home.run({"edit", "two", "--stdin"}, R"({"password":"new"})").status == 0);
    const std::string newer = read_text(path);
    const std::string found = home.run({"find", "changed", "--json"}).out;
    CHECK(found.find("changed") != std::string::npos);
    std::size_t replayed = 0;
    for (std::size_t at = 0; at + 4096 <= std::min(older.size(), newer.size()); at += 4096) {
        if (older.compare(at, 4096, newer, at, 4096) == 0) continue;
        std::string mixed = newer;
        mixed.replace(at, 4096, older, at, 4096);
        write_text(path, mixed);
        fs::remove(path + "-wal");
        const Outcome name = home.run({"get", "two", "username"});
        const bool same_name = name.status == 0 && name.out == "changed\n";
        const bool refused_name = is_refusal(name.status);
        CHECK((same_name || refused_name));
        const Outcome secret = home.run({"get", "two", "password"});
        const bool same_secret = secret.status == 0 && secret.out == "new\n";
        const bool refused_secret = is_refusal(secret.status);
        CHECK((same_secret || refused_secret));
        const Outcome doctor = home.run({"doctor"});
        if (doctor.status == 0) {
            std::cout << "page " << at / 4096 + 1 << " put back: nothing of it is in use\n";
            CHECK(home.run({"find", "changed", "--json"}).out == found);
        }
        ++replayed;
    }
    CHECK(replayed > 3);
}

TEST_CASE("links planted where files are written are not followed", "[scenario][damage]") {
    const Home home;
    const std::string victim = home.file("victim");
    write_text(victim, "precious");
    fs::create_directories(home.path() + "/.local/share/sparekey");
    fs::create_directory_symlink(home.path(), home.vault_folder());
    CHECK(home.run({"init", "--kdf-memory", "64MiB"}).status == 8);
    fs::remove(home.vault_folder());
    home.init();
    for (const char* name : {"vault.db", "keyslots", "lock"}) {
        const std::string path = home.vault_folder() + "/" + name;
        fs::rename(path, path + ".away");
        fs::create_symlink(victim, path);
        CHECK(is_refusal(home.run({"add", "x", "--generate"}).status));
        fs::remove(path);
        fs::rename(path + ".away", path);
    }
    fs::create_symlink(victim, home.vault_folder() + "/keyslots.new");
    fs::create_symlink(victim, home.state_folder() + "/head.new");
    CHECK(home.run({"passwd", "--new-password-file", home.file("password")}).status == 0);
    CHECK(home.run({"add", "x", "--generate"}).status == 0);
    fs::create_symlink(victim, home.file("out"));
    CHECK(home.run({"export", "--yes", "--output", home.file("out")}).status == 6);
    CHECK(home.run_bare({"backup", home.file("out")}).status == 6);
    CHECK(home.run({"kit", home.file("out")}).status == 6);
    CHECK(read_text(victim) == "precious");
}

TEST_CASE("files are private under any umask, and open ones are closed off", "[scenario][damage]") {
    for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
        const mode_t before = ::umask(mask);
        const Home home;
        fill(home);
        ::umask(before);
        for (const auto& entry : fs::recursive_directory_iterator(home.path() + "/.local")) {
            if (entry.path().string().find("sparekey") == std::string::npos) continue;
            const auto mode = static_cast<unsigned>(entry.status().permissions());
            CHECK((mode & 077) == 0);
        }
        ::chmod(home.vault_folder().c_str(), 0755);
        const Outcome mended = home.run({"find"});
        CHECK(mended.status == 0);
        CHECK(mended.err.find("0700") != std::string::npos);
    }
}

}  // namespace sparekey::tests
