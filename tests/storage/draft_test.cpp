// An import fills a copy of a small vault, which then takes the vault's place, whole or not at all.
#include "core/crypto/system_random.h"
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iostream>

namespace sparekey::storage {
namespace {

namespace fs = std::filesystem;
using tests::FolderOnDisk;

constexpr std::size_t kImported = 100;
constexpr std::uint64_t kAnySize = std::uint64_t{1} << 30;

std::string draft_of(const FolderOnDisk& disk) {
    return disk.paths().vault + "/vault.db.draft";
}

bool nothing_is_left(const FolderOnDisk& disk) {
    return !fs::exists(draft_of(disk)) && !fs::exists(draft_of(disk) + "-wal") &&
           !fs::exists(draft_of(disk) + "-journal");
}

bool holds(OpenedFolder& folder, const std::string& title, const std::string& username) {
    const auto found = tests::username_of(folder, title);
    return found && *found == username;
}

void put_blobs(VaultStore& store, std::size_t count, std::size_t size) {
    tests::SeededRandom random(store.record_count() + 1);
    const auto transaction = store.begin();
    for (std::size_t i = 0; i < count; ++i) {
        core::Record record{
            core::RecordId::random(random), core::RecordType::item, std::nullopt, 1, 1, {}};
        record.blob.assign(size, static_cast<std::uint8_t>(i));
        const core::IndexRow row{record.id, record.version, {}};
        transaction->put(record, &row);
    }
    transaction->commit();
}

/// Imports, and says so when it is done.
[[noreturn]] void import_and_end(const FolderOnDisk& disk, int pipe) noexcept {
    const auto folder = disk.open();
    if (!folder || !(*folder)->begin_draft(kAnySize)) ::_exit(2);
    const char opened = 'o', done = 'd';
    if (::write(pipe, &opened, 1) != 1) ::_exit(3);
    put_blobs((*folder)->store(), kImported, 300);
    if (::write(pipe, &done, 1) != 1) ::_exit(3);
    ::_exit(0);
}

}  // namespace

TEST_CASE("an import fills a copy of a small vault, which takes the vault's place",
          "[storage][draft]") {
    const FolderOnDisk disk;
    StoreHead before;
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        tests::put_item(**folder, "Kept", "before");
        before = (*folder)->store().head();
    }
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        REQUIRE((*folder)->begin_draft(kAnySize));
        CHECK(fs::exists(draft_of(disk)));
        CHECK(fs::status(draft_of(disk)).permissions() == fs::perms(0600));
        tests::put_item(**folder, "New", "imported");
        CHECK_FALSE(fs::exists(draft_of(disk)));
        CHECK(holds(**folder, "New", "imported"));
        CHECK(holds(**folder, "Kept", "before"));
    }
    CHECK(nothing_is_left(disk));
    const auto folder = disk.open();
    REQUIRE(folder);
    CHECK((*folder)->warnings().empty());
    CHECK((*folder)->store().head().sequence == before.sequence + 1);
    CHECK((*folder)->store().verify());
    CHECK(holds(**folder, "New", "imported"));
    CHECK(holds(**folder, "Kept", "before"));
}

TEST_CASE("a draft takes the one transaction of an import, and no other change",
          "[storage][draft]") {
    const FolderOnDisk disk;
    core::SystemRandom random;
    const auto expect_refusals = [&](OpenedFolder& folder) {
        VaultStore& store = folder.store();
        const auto slots = folder.key_slots().clone();
        CHECK_THROWS_AS(folder.replace_key_slots(slots.clone()), core::SystemFailure);
        CHECK_THROWS_AS(folder.replace_recovery_code(core::SecretBytes(16), random),
                        core::SystemFailure);
        CHECK_THROWS_AS(store.audit().append({}), core::SystemFailure);
        CHECK_THROWS_AS(store.begin_sync()->put_state("state", core::bytes_of("value")),
                        core::SystemFailure);
    };
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        REQUIRE((*folder)->begin_draft(kAnySize));
        expect_refusals(**folder);
        put_blobs((*folder)->store(), 1, 300);
        // What is written now would lie in a log that nobody looks for.
        expect_refusals(**folder);
        CHECK_THROWS_AS(put_blobs((*folder)->store(), 1, 300), core::SystemFailure);
    }
    const auto folder = disk.open();
    REQUIRE(folder);
    CHECK((*folder)->store().record_count() == 1);
    CHECK((*folder)->store().verify());
}

TEST_CASE("an import that comes to nothing has not touched the vault", "[storage][draft]") {
    const FolderOnDisk disk;
    REQUIRE(disk.open());
    const std::string database = disk.paths().vault + "/vault.db";
    const std::string before = tests::read_text(database);
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        REQUIRE((*folder)->begin_draft(kAnySize));
        const auto transaction = (*folder)->store().begin();
        tests::SeededRandom random;
        core::Record record{core::RecordId::random(random),
                            core::RecordType::item,
                            std::nullopt,
                            1,
                            1,
                            core::Bytes(400)};
        transaction->put(record, nullptr);
    }
    CHECK(tests::read_text(database) == before);
    CHECK(nothing_is_left(disk));
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        REQUIRE((*folder)->begin_draft(kAnySize));
        REQUIRE(fs::remove(draft_of(disk)));
        CHECK_THROWS_AS(put_blobs((*folder)->store(), 1, 400), core::SystemFailure);
    }
    CHECK(tests::read_text(database) == before);
    CHECK(nothing_is_left(disk));
    CHECK(disk.open());
}

TEST_CASE("a database that is exchanged before it is copied is noticed",
          "[storage][draft][mutant:draft-head]") {
    const FolderOnDisk disk;
    REQUIRE(disk.open());
    const std::string database = disk.paths().vault + "/vault.db";
    fs::copy_file(database, disk.home().file("older"));
    tests::put_item(**disk.open(), "Newer", "lost otherwise");
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        fs::rename(database, disk.home().file("newer"));
        fs::copy_file(disk.home().file("older"), database);
        const auto begun = (*folder)->begin_draft(kAnySize);
        REQUIRE_FALSE(begun);
        CHECK(begun.error().code == core::ErrorCode::integrity);
    }
    CHECK(nothing_is_left(disk));
    const auto older = disk.open();
    REQUIRE_FALSE(older);
    CHECK(older.error().code == core::ErrorCode::integrity);
    fs::rename(disk.home().file("newer"), database);
    const auto folder = disk.open();
    REQUIRE(folder);
    CHECK(holds(**folder, "Newer", "lost otherwise"));
}

TEST_CASE("an import that is smaller than the vault, or finds no place for a copy, has a log",
          "[storage][draft]") {
    const FolderOnDisk disk;
    const auto import_by_log = [&](std::uint64_t bytes) {
        const auto folder = disk.open();
        REQUIRE(folder);
        REQUIRE((*folder)->begin_draft(bytes));
        CHECK_FALSE(fs::is_regular_file(draft_of(disk)));
        for (int i = 0; i < 2; ++i) put_blobs((*folder)->store(), 1, 400);
        CHECK((*folder)->store().verify());
    };
    REQUIRE(disk.open());
    import_by_log(fs::file_size(disk.paths().vault + "/vault.db") - 1);
    CHECK(nothing_is_left(disk));
    for (const char* suffix : {"", "-wal", "-journal"}) {
        fs::create_directory(draft_of(disk) + suffix);
        import_by_log(kAnySize);
        CHECK(fs::remove(draft_of(disk) + suffix));
    }
    const auto folder = disk.open();
    REQUIRE(folder);
    CHECK((*folder)->store().record_count() == 8);
}

TEST_CASE("a copy is made of all that there is to be copied, or not at all", "[storage][draft]") {
    const tests::Home home;
    const std::string database = home.file("vault.db");
    CHECK_FALSE(DatabaseDraft::of(database, kAnySize));  // there is none
    const std::string content(3'000'000, 'x');           // more than is copied at once
    tests::write_text(database, content);
    CHECK_FALSE(DatabaseDraft::of(database, content.size() - 1));
    tests::write_text(database + "-wal", "changes");
    CHECK_FALSE(DatabaseDraft::of(database, content.size()));
    fs::remove(database + "-wal");
    {
        const auto draft = DatabaseDraft::of(database, content.size());
        REQUIRE(draft);
        CHECK(tests::read_text(draft->path()) == content);
        CHECK_FALSE(DatabaseDraft::of(database, content.size()));  // one at a time
        CHECK(fs::exists(draft->path()));
    }
    CHECK_FALSE(fs::exists(database + ".draft"));
}

TEST_CASE("what a killed import left is cleared away", "[storage][draft]") {
    const FolderOnDisk disk;
    for (const char* suffix : {"", "-wal", "-journal"}) {
        tests::write_text(draft_of(disk) + suffix, "half a page");
    }
    REQUIRE(disk.open());
    CHECK(nothing_is_left(disk));
}

TEST_CASE("an import that is killed at any moment is there whole or not at all",
          "[storage][draft][kill]") {
    const FolderOnDisk disk;
    tests::SeededRandom random;
    std::uint64_t records = 0;
    std::size_t whole = 0, early = 0;
    const std::size_t points = tests::count(200);
    for (std::size_t point = 0; point < points; ++point) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t importer = ::fork();
        if (importer == 0) {
            ::close(ends[0]);
            import_and_end(disk, ends[1]);
        }
        ::close(ends[1]);
        // While it opens; while it writes or commits; when it has said that it is done.
        const std::size_t waited_for = point % 4 == 0 ? 0 : point % 4 == 1 ? 2 : 1;
        char said = 0;
        for (std::size_t i = 0; i < waited_for; ++i) REQUIRE(::read(ends[0], &said, 1) == 1);
        if (waited_for < 2) ::usleep(static_cast<unsigned>(random.below(20'000)));
        ::kill(importer, SIGKILL);
        int status = 0;
        ::waitpid(importer, &status, 0);
        while (::read(ends[0], &said, 1) == 1) {
        }
        ::close(ends[0]);
        const auto folder = disk.open();
        REQUIRE(folder);
        const std::uint64_t now = (*folder)->store().record_count();
        REQUIRE((now == records + kImported || (now == records && said != 'd')));
        REQUIRE((*folder)->store().verify());
        REQUIRE(nothing_is_left(disk));
        ++(now == records ? early : whole);
        records = now;
    }
    std::cout << points << " imports killed: " << early << " left nothing, " << whole
              << " were there whole\n";
    CHECK(early > 0);
    CHECK(whole > 0);
}

}  // namespace sparekey::storage
