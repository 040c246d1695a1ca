// Backups, exports and doctor as somebody meets them who looks after a vault for years.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

void keep_one_item(const Home& home) {
    home.init();
    REQUIRE(home.run({"add", "Kept", "--username", "u", "--generate"}).status == 0);
}

unsigned mode_of(const std::string& path) {
    return static_cast<unsigned>(fs::status(path).permissions()) & 0777;
}

/// Root reads and writes what its mode forbids by these alone.
void heed_modes() {
    ::alarm(30);
    ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0);
    ::prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0);
}

}  // namespace

TEST_CASE("a backup needs no password and no pause while the agent holds the vault",
          "[scenario][agent][backup]") {
    const Home home;
    keep_one_item(home);
    REQUIRE(home.run({"unlock"}).status == 0);
    const Outcome made = home.run_bare({"backup", home.file("b")});
    INFO(made.err);
    CHECK(made.status == 0);
    CHECK(home.run({"backup", "--verify", home.file("b")}).status == 0);
    // It was away for as long as the copy took.
    CHECK(home.run_bare({"get", "kept", "username"}).out == "u\n");
    CHECK(home.run_bare({"edit", "kept", "--username", "v"}).status == 0);
    CHECK(home.run_bare({"backup", home.file("b2")}).status == 0);
    CHECK(home.run({"--vault", "copy", "restore-vault", home.file("b2")}).status == 0);
    CHECK(home.run({"--vault", "copy", "--no-agent", "get", "kept", "username"}).out == "v\n");
}

TEST_CASE("a vault that an agent holds names what makes it let go", "[scenario][agent][backup]") {
    const Home home;
    keep_one_item(home);
    REQUIRE(home.run({"unlock"}).status == 0);
    const Outcome refused = home.run({"--no-agent", "backup", home.file("b")});
    CHECK(refused.status == 1);
    CHECK(has(refused.err, "(sparekey agent)"));
    CHECK(has(refused.err, "sparekey lock"));
}

TEST_CASE("a database that lost its last byte is damage, and nothing is written to it",
          "[scenario][damage]") {
    const Home home;
    keep_one_item(home);
    const std::string database = home.vault_folder() + "/vault.db";
    std::string bytes = read_text(database);
    bytes.pop_back();
    write_text(database, bytes);
    CHECK(home.run({"add", "New", "--generate"}).status == 8);
    CHECK(read_text(database) == bytes);
}

TEST_CASE("doctor says of a damaged vault what needs no database, and what mends it",
          "[scenario][damage]") {
    const Home home;
    keep_one_item(home);
    write_text(home.vault_folder() + "/vault.db", "");
    const Outcome outcome = home.run({"doctor"});
    CHECK(outcome.status == 8);
    CHECK(has(outcome.out, "ok    permissions"));
    CHECK(has(outcome.out, "memory locking"));
    CHECK(has(outcome.out, "MEND  database"));
    CHECK(has(outcome.err, "restore-vault"));
    CHECK_FALSE(has(outcome.err, "run sparekey doctor"));
    CHECK(has(home.run({"doctor", "--json"}).out, R"("name":"database","ok":false)"));
}

TEST_CASE("keyslots of another vault with the same password are told from damage",
          "[scenario][damage]") {
    const Home home, other;
    keep_one_item(home);
    keep_one_item(other);
    write_text(home.vault_folder() + "/keyslots", read_text(other.vault_folder() + "/keyslots"));
    const Outcome refused = home.run_bare({"find", "--password-file", home.file("password")});
    CHECK(refused.status == 8);
    CHECK(has(refused.err, "of another vault"));
}

TEST_CASE("modes of the vault's files are mended by the next look-up", "[scenario][damage]") {
    Home home;
    keep_one_item(home);
    home.in_child = heed_modes;
    const std::string database = home.vault_folder() + "/vault.db";
    const std::string head = home.state_folder() + "/head";
    ::chmod(database.c_str(), 0400);
    ::chmod(head.c_str(), 0666);
    CHECK(home.run({"get", "kept", "username"}).out == "u\n");
    CHECK(mode_of(database) == 0600);
    CHECK(mode_of(head) == 0600);
}

TEST_CASE("a folder that cannot be written to is said in words", "[scenario][disk]") {
    Home home;
    keep_one_item(home);
    home.in_child = heed_modes;
    ::chmod(home.vault_folder().c_str(), 0500);
    const Outcome refused = home.run({"get", "kept", "username"});
    ::chmod(home.vault_folder().c_str(), 0700);
    CHECK(refused.status == 1);
    CHECK(has(refused.err, "folder cannot be written to"));
}

TEST_CASE("an export into a file is one JSON document too; - is standard output, and no backup",
          "[scenario][import]") {
    Home home;
    keep_one_item(home);
    const std::string path = home.file("export");
    CHECK(home.run({"export", "--yes", "--json", "--output", path}).out ==
          R"({"export":")" + path + "\"}\n");
    const Outcome printed = home.run({"export", "--yes", "--output", "-"});
    CHECK(has(printed.out, "\"sparekey_export\":1"));
    CHECK(home.run_bare({"backup", "-"}).status == 2);
    CHECK_FALSE(fs::exists("-"));
}

TEST_CASE("an attachment of many chunks is exported as it was, without being in memory whole",
          "[scenario][import]") {
    Home home;
    keep_one_item(home);
    std::string page;
    while (page.size() < std::size_t{24} << 20) page += std::to_string(page.size()) + "\n";
    write_text(home.file("page"), page);
    REQUIRE(home.run({"attach", "kept", home.file("page")}).status == 0);
    const std::string path = home.file("export");
    const Outcome exported = home.run({"export", "--yes", "--output", path});
    REQUIRE(exported.status == 0);
#ifndef SPAREKEY_SANITIZED
    CHECK(exported.peak_kib < 128 * 1024);  // 64 MiB are the password's
#endif
    Home other;
    other.init();
    REQUIRE(other.run({"import", "json", path}).status == 0);
    CHECK(other.run({"attachment", "kept", "page"}).out == page);
}

}  // namespace sparekey::tests
