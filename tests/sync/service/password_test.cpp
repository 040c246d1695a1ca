// The master password and the account's keys, changed on one device or on two: what holds, and what
// each person hears of it.
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

/// From now on run() gives the new one.
void change_password(const Home& home, const std::string& password) {
    write_text(home.file("new"), password + "\n");
    const Outcome changed = home.run({"passwd", "--new-password-file", home.file("new")});
    INFO(changed.err);
    REQUIRE(changed.status == 0);
    write_text(home.file("password"), password + "\n");
}

int unlock_with(const Home& home, const std::string& password) {
    write_text(home.file("typed"), password + "\n");
    const int status =
        home.run_bare({"--no-agent", "unlock", "--password-file", home.file("typed")}).status;
    return status;
}

/// A laptop and a phone of one account.
struct TwoDevices {
    TwoDevices() { laptop_home.let_in(there, phone); }
    /// The laptop's sync brings the account to its new password.
    void change_on_laptop(const std::string& password) {
        change_password(laptop, password);
        REQUIRE(laptop.run({"sync"}).status == 0);
    }
    Landscape there;
    MemberHome laptop_home{there};
    const Home& laptop = laptop_home.home;
    Home phone;
};

}  // namespace

TEST_CASE("a password that was changed on one device is the other's after its sync",
          "[sync][service][login][password]") {
    TwoDevices two;
    two.change_on_laptop("a better password");

    const Outcome told = two.phone.run({"sync"});
    INFO(told.err);
    REQUIRE(told.status == 0);
    CHECK(has(told.err, "the master password was changed on another device"));
    CHECK(two.phone.run({"get", "GitHub", "username"}).status == 5);
    CHECK(unlock_with(two.phone, "a better password") == 0);
}

TEST_CASE("of two passwords that were set apart one holds, and the other's device says so",
          "[sync][service][login][password]") {
    TwoDevices two;
    change_password(two.phone, "of the phone");
    two.change_on_laptop("of the laptop");

    const Outcome told = two.phone.run({"sync"});
    INFO(told.err);
    REQUIRE(told.status == 0);
    CHECK(has(told.err, "that of the other device holds"));
    CHECK(unlock_with(two.phone, "of the phone") == 5);
    CHECK(unlock_with(two.phone, "of the laptop") == 0);
    write_text(two.phone.file("password"), "of the laptop\n");
    CHECK(two.phone.run({"sync"}).status == 0);
    CHECK(unlock_with(two.laptop, "of the laptop") == 0);
}

TEST_CASE("what a sync has to tell is told by a command that then fails, too",
          "[sync][service][login][password]") {
    TwoDevices two;
    two.change_on_laptop("a better password");
    const Outcome failed =
        two.phone.run({"devices", "revoke", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "--yes"});
    CHECK(failed.status == 3);
    CHECK(has(failed.err, "the master password was changed on another device"));
}

}  // namespace sparekey::tests
