// A server that is put back to an older copy of its database, by the real programs: the next sync
// says so, and `sync --reseed` gives the server what it lost.
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <filesystem>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

struct Restorable {
    Restorable() : member(there) { member.let_in(there, phone); }
    /// Of a server that is stopped for it.
    void back_up() {
        REQUIRE(there.server.stop() == 0);
        fs::copy_file(there.server.store_path(), copy());
        there.server.start();
    }
    void restore() {
        REQUIRE(there.server.stop() == 0);
        for (const char* const suffix : {"", "-wal", "-shm"}) {
            fs::remove(there.server.store_path() + suffix);
        }
        fs::copy_file(copy(), there.server.store_path());
        there.server.start();
    }
    std::string copy() const { return there.server.store_path() + ".copy"; }
    static void add(const Home& home, const std::string& title) {
        REQUIRE(home.run({"add", title, "--username", "there"}).status == 0);
    }
    static void sync(const Home& home) {
        const Outcome synced = home.run({"sync"});
        INFO(synced.err);
        REQUIRE(synced.status == 0);
    }
    static std::string user_of(const Home& home, const std::string& title) {
        return home.run({"get", title, "username"}).out;
    }
    /// Exit 8, with evidence and with what mends it.
    static void expect_alarm(const Home& home) {
        const Outcome alarm = home.run({"sync"});
        CHECK(alarm.status == 8);
        CHECK(has(alarm.err, "sparekey sync --reseed"));
        CHECK(has(alarm.err, "/evidence/"));
    }

    Landscape there;
    MemberHome member;
    Home phone;
};

}  // namespace

TEST_CASE(
    "a server from an older backup is given what it lost, and the other device notices nothing",
    "[sync][service][login][reseed]") {
    Restorable scene;
    const Home& home = scene.member.home;
    scene.sync(scene.phone);
    scene.back_up();
    scene.add(home, "Bank");
    scene.sync(home);
    REQUIRE(home.run({"edit", "Bank", "--username", "there again"}).status == 0);
    scene.sync(home);
    scene.restore();

    scene.expect_alarm(home);
    CHECK(home.run({"sync", "--reseed"}).status == 2);
    CHECK(home.run({"sync", "--reseed", "--watch", "--yes"}).status == 2);
    const Outcome mended = home.run({"sync", "--reseed", "--yes", "--json"});
    INFO(mended.err);
    REQUIRE(mended.status == 0);
    for (const char* const name : {"pulled", "pushed", "merged", "conflicts", "revision"}) {
        CHECK(has(mended.out, "\"" + std::string(name) + "\":"));
    }
    scene.sync(scene.phone);
    CHECK(scene.user_of(scene.phone, "Bank") == "there again\n");
    scene.sync(home);
    // Once more is no more than a sync.
    CHECK(home.run({"sync", "--reseed", "--yes"}).status == 0);
}

TEST_CASE("what was written on the restored server is merged with what it had lost",
          "[sync][service][login][reseed]") {
    Restorable scene;
    const Home& home = scene.member.home;
    scene.sync(scene.phone);
    scene.back_up();
    scene.add(home, "Bank");
    scene.sync(home);
    scene.restore();
    scene.add(scene.phone, "Post");
    scene.sync(scene.phone);
    REQUIRE(home.run({"unlock"}).status == 0);

    scene.expect_alarm(home);
    const Outcome mended = home.run({"sync", "--reseed", "--yes"});
    INFO(mended.err);
    REQUIRE(mended.status == 0);
    scene.sync(scene.phone);
    for (const Home* const one : {&scene.member.home, &scene.phone}) {
        CHECK(scene.user_of(*one, "Bank") == "there\n");
        CHECK(scene.user_of(*one, "Post") == "there\n");
    }
    REQUIRE(home.run_bare({"agent", "--stop"}).status == 0);
}

TEST_CASE("a device that joined after the backup joins again in its place, and loses nothing",
          "[sync][service][login][reseed]") {
    Restorable scene;
    const Home& home = scene.member.home;
    Home tablet;
    Home laptop;
    scene.sync(home);
    scene.back_up();
    scene.member.let_in(scene.there, tablet);
    scene.member.let_in(scene.there, laptop);
    scene.add(tablet, "Sent");
    scene.sync(tablet);
    scene.restore();
    scene.add(tablet, "Unsent");
    REQUIRE(tablet.run({"edit", "GitHub", "--username", "changed"}).status == 0);

    const Outcome alarm = tablet.run({"sync"});
    CHECK(alarm.status == 8);
    CHECK(has(alarm.err, "sparekey sync --reseed"));
    CHECK(has(alarm.err, "sparekey login " + scene.there.server.origin()));
    CHECK(scene.there.log_in(tablet, "alice").status == 2);  // not confirmed
    write_text(tablet.file("wrong"), "not the password\n");
    const std::vector<std::string> line =
        scene.there.login_line({"--paste", "--yes", "--password-file", tablet.file("wrong")});
    CHECK(tablet.run_bare(line).status == 5);
    const bool has_agent = GENERATE(false, true);
    if (has_agent) REQUIRE(tablet.run({"unlock"}).status == 0);
    const Outcome again = scene.there.log_in(tablet, "alice", {"--paste", "--yes"});
    INFO(again.err);
    REQUIRE(again.status == 0);
    scene.sync(tablet);
    // It knew of the laptop, which is a member again with it.
    const Outcome mended = laptop.run({"sync", "--reseed", "--yes"});
    INFO(mended.err);
    REQUIRE(mended.status == 0);
    for (const Home* const one : {&scene.member.home, &scene.phone, &tablet, &laptop}) {
        scene.sync(*one);
        CHECK(scene.user_of(*one, "Sent") == "there\n");
        CHECK(scene.user_of(*one, "Unsent") == "there\n");
        CHECK(scene.user_of(*one, "GitHub") == "changed\n");
    }
    if (has_agent) REQUIRE(tablet.run_bare({"agent", "--stop"}).status == 0);
    REQUIRE(scene.there.server.stop() == 0);
    CHECK(scene.there.server.command({"verify"}).status == 0);
}

TEST_CASE("the log that came back with a server is taken as it is, and no alarm",
          "[sync][service][login][reseed][mutant:reseed-log]") {
    Restorable scene;
    const Home& home = scene.member.home;
    const Home thief;
    write_text(thief.file("sk"), json_text(thief.init(), "secret_key"));
    const auto signs_in = [&] {
        REQUIRE(scene.there
                    .log_in(thief, "alice",
                            {"--paste", "--vault", "other", "--secret-key-file", thief.file("sk")})
                    .status == 5);
    };
    scene.back_up();
    signs_in();
    scene.add(home, "Bank");
    scene.sync(home);  // tells of it: the log is known up to there
    scene.restore();
    for (int times = 0; times < 4; ++times) signs_in();
    scene.expect_alarm(home);
    const Outcome mended = home.run({"sync", "--reseed", "--yes"});
    INFO(mended.err);
    REQUIRE(mended.status == 0);
    signs_in();
    const Outcome told = home.run({"sync"});
    INFO(told.err);
    CHECK(told.status == 0);
    CHECK(has(told.err, "signed in"));
}

TEST_CASE("the yes to a reseed is none to a mass deletion", "[sync][service][login][reseed]") {
    Restorable scene;
    const Home& home = scene.member.home;
    std::string csv = "name,url,username,password\n";
    for (int at = 0; at < 60; ++at) csv += "item" + std::to_string(at) + ",,me,pw\n";
    write_text(home.file("all.csv"), csv);
    REQUIRE(home.run({"import", "chrome-csv", home.file("all.csv")}).status == 0);
    scene.sync(home);
    scene.sync(scene.phone);
    scene.back_up();
    scene.add(home, "Bank");
    scene.sync(home);
    scene.restore();
    REQUIRE(scene.phone.run({"unlock"}).status == 0);
    for (int at = 0; at < 60; ++at) {
        REQUIRE(scene.phone.run_bare({"rm", "item" + std::to_string(at)}).status == 0);
    }
    REQUIRE(scene.phone.run_bare({"agent", "--stop"}).status == 0);
    scene.sync(scene.phone);

    const Outcome held = home.run({"sync", "--reseed", "--yes", "--json"});
    INFO(held.err);
    CHECK(held.status == 6);
    CHECK(has(held.out, "\"held\":60"));
    CHECK(has(held.err, "sparekey sync --yes"));
    CHECK(home.run({"get", "item7", "username"}).status == 0);
    CHECK(home.run({"sync"}).status == 6);
    CHECK(home.run({"sync", "--yes"}).status == 0);
    CHECK(home.run({"get", "item7", "username"}).status == 3);
    CHECK(scene.user_of(home, "Bank") == "there\n");
}

}  // namespace sparekey::tests
