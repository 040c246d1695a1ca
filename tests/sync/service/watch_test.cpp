// `sync --watch`, and the same behind the agent: what is changed on one device is soon on the
// other, and neither is asked to sync.
#include "storage/folder/files.h"
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>

namespace sparekey::tests {
namespace {

/// A process syncs this home's vault: it holds the lock.
bool syncs_in_background(const Home& home) {
    const storage::File file(
        ::open((home.state_folder() + "/background-sync").c_str(), O_RDONLY | O_CLOEXEC));
    return file.is_open() && ::flock(file.descriptor(), LOCK_SH | LOCK_NB) != 0;
}

}  // namespace

TEST_CASE("a watching sync sends what is changed here, and fetches what is changed elsewhere",
          "[sync][service][login][watch]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    for (const Home* const home : {&member.home, &phone}) {
        REQUIRE(home->run({"unlock"}).status == 0);
    }
    {
        RunningCommand here(member.home, {"sync", "--watch"});
        RunningCommand elsewhere(phone, {"sync", "--watch"});
        REQUIRE(here.line());
        REQUIRE(elsewhere.line());
        REQUIRE(member.home.run_bare({"add", "Bank", "--username", "there"}).status == 0);
        CHECK(comes_to(phone, "Bank", "there"));
        REQUIRE(phone.run_bare({"add", "Post", "--username", "there"}).status == 0);
        CHECK(comes_to(member.home, "Post", "there"));
    }
    for (const Home* const home : {&member.home, &phone}) {
        CHECK(home->run_bare({"agent", "--stop"}).status == 0);
    }
}

TEST_CASE("the agent's vaults are synced while they are open, and not a moment longer",
          "[sync][service][login][watch]") {
    Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    const std::vector<const Home*> homes = {&member.home, &phone};
    for (const Home* const home : homes) {
        std::filesystem::create_directories(home->file(".config/sparekey"));
        write_text(home->file(".config/sparekey/config.toml"), "[sync]\nbackground = true\n");
        REQUIRE(home->run({"unlock"}).status == 0);
    }
    REQUIRE(member.home.run_bare({"add", "Bank", "--username", "there"}).status == 0);
    CHECK(comes_to(phone, "Bank", "there"));
    REQUIRE(phone.run_bare({"add", "Post", "--username", "there"}).status == 0);
    CHECK(comes_to(member.home, "Post", "there"));

    REQUIRE(phone.run({"unlock"}).status == 0);  // and still one of them
    CHECK(syncs_in_background(phone));
    REQUIRE(phone.run_bare({"lock"}).status == 0);
    CHECK(becomes_true([&] { return !syncs_in_background(phone); }));
    REQUIRE(phone.run({"unlock"}).status == 0);
    CHECK(becomes_true([&] { return syncs_in_background(phone); }));

    // Nobody reads what it says: who signed in elsewhere waits for a person.
    const auto waiting = [&] { return has(phone.run_bare({"status"}).out, "signed in"); };
    const Home thief;
    write_text(thief.file("sk"), json_text(thief.init(), "secret_key"));
    REQUIRE(there
                .log_in(thief, "alice",
                        {"--paste", "--vault", "other", "--secret-key-file", thief.file("sk")})
                .status == 5);
    REQUIRE(phone.run_bare({"add", "Club"}).status == 0);
    CHECK(becomes_true(waiting));
    CHECK(has(phone.run_bare({"sync"}).err, "signed in"));
    CHECK(becomes_true([&] { return !waiting(); }));

    there.server.stop();
    CHECK(becomes_true([&] { return has(phone.run_bare({"status"}).out, "background: "); }));
    for (const Home* const home : homes) {
        CHECK(home->run_bare({"agent", "--stop"}).status == 0);
        CHECK(becomes_true([&] { return !syncs_in_background(*home); }));
    }
}

}  // namespace sparekey::tests
