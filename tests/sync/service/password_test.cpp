// The master password and the account's keys, changed on one device or on two: what holds, and what
// each person hears of it.
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

/// From the one in `password`, which is the one in `name` from then on.
void change_password(const Home& home, const std::string& password) {
    write_text(home.file("new"), password + "\n");
    const Outcome changed = home.run({"passwd", "--new-password-file", home.file("new")});
    INFO(changed.err);
    REQUIRE(changed.status == 0);
}

int unlock_with(const Home& home, const std::string& password) {
    write_text(home.file("typed"), password + "\n");
    const int status =
        home.run_bare({"--no-agent", "unlock", "--password-file", home.file("typed")}).status;
    return status;
}

/// From now on run() gives this one.
void get_used_to(const Home& home, const std::string& password) {
    write_text(home.file("password"), password + "\n");
}

}  // namespace

TEST_CASE("a password that was changed on one device is the other's after its sync",
          "[sync][service][login][password]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    change_password(member.home, "a better password");
    get_used_to(member.home, "a better password");
    REQUIRE(member.home.run({"sync"}).status == 0);

    const Outcome told = phone.run({"sync"});
    INFO(told.err);
    REQUIRE(told.status == 0);
    CHECK(has(told.err, "the master password was changed on another device"));
    CHECK(phone.run({"get", "GitHub", "username"}).status == 5);
    CHECK(unlock_with(phone, "a better password") == 0);
}

TEST_CASE("of two passwords that were set apart one holds, and the other's device says so",
          "[sync][service][login][password]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    change_password(member.home, "of the laptop");
    get_used_to(member.home, "of the laptop");
    change_password(phone, "of the phone");
    get_used_to(phone, "of the phone");
    REQUIRE(member.home.run({"sync"}).status == 0);

    const Outcome told = phone.run({"sync"});
    INFO(told.err);
    REQUIRE(told.status == 0);
    CHECK(has(told.err, "that of the other device holds"));
    CHECK(unlock_with(phone, "of the phone") == 5);
    CHECK(unlock_with(phone, "of the laptop") == 0);
    get_used_to(phone, "of the laptop");
    CHECK(phone.run({"sync"}).status == 0);
    CHECK(unlock_with(member.home, "of the laptop") == 0);
}

TEST_CASE("what a sync has to tell is told by a command that then fails, too",
          "[sync][service][login][password]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    change_password(member.home, "a better password");
    get_used_to(member.home, "a better password");
    REQUIRE(member.home.run({"sync"}).status == 0);
    const Outcome failed = phone.run({"devices", "revoke", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "--yes"});
    CHECK(failed.status == 3);
    CHECK(has(failed.err, "the master password was changed on another device"));
}

}  // namespace sparekey::tests
