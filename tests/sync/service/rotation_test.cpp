// A lost phone, by the real programs: every key is replaced, whoever stays goes on, with an agent
// open as well, and the paper that was printed before is dead.
#include "tests/support/pseudo_terminal.h"
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

/// By the agent, which has to be open.
std::string user_by_agent(const Home& home, const std::string& title) {
    return home.run_bare({"get", title, "username"}).out;
}

void unlock(const Home& home) {
    const Outcome unlocked = home.run({"unlock"});
    INFO(unlocked.err);
    REQUIRE(unlocked.status == 0);
}

Outcome rotate(const Home& home, const std::string& id, std::vector<std::string> more = {}) {
    std::vector<std::string> line{"devices", "revoke", id, "--rotate", "--yes", "--json"};
    line.insert(line.end(), more.begin(), more.end());
    return home.run(line);
}

/// The server goes away when all is said and the new keys are to be sent.
void begin_rotation(Landscape& there, const Home& home, const std::string& id) {
    PseudoTerminal revoke(
        home, {"devices", "revoke", id, "--rotate", "--password-file", home.file("password")});
    REQUIRE(revoke.wait_for("replace every key"));
    REQUIRE(there.server.stop() == 0);
    revoke.type("y\r");
    const int status = revoke.finish();
    INFO(revoke.shown());
    REQUIRE(status == 7);
    CHECK(has(revoke.shown(), "sparekey devices exposed"));
}

}  // namespace

TEST_CASE("a lost device: every key is replaced for those that stay, and the old kit is dead",
          "[sync][service][login][rotation]") {
    const Landscape there;
    const MemberHome member(there);
    const Home& home = member.home;
    const Home phone;
    const Home tablet;
    member.let_in(there, phone);
    member.let_in(there, tablet);
    REQUIRE(home.run({"slots", "add", "keyfile", home.file("key")}).status == 0);
    unlock(home);
    unlock(tablet);

    const Outcome rotated = rotate(home, own_id(phone), {"--kit", home.file("kit.html")});
    INFO(rotated.err);
    REQUIRE(rotated.status == 0);
    CHECK(has(rotated.out, "\"kind\":\"keyfile\""));
    CHECK(has(rotated.out, "\"title\":\"GitHub\""));
    const std::string new_code = json_text(rotated.out, "recovery_code");
    CHECK(new_code != json_text(member.kit, "recovery_code"));
    CHECK(json_text(rotated.out, "secret_key") != json_text(member.kit, "secret_key"));
    CHECK(has(read_text(home.file("kit.html")), new_code));
    CHECK(json_text(home.run({"kit", "--json"}).out, "recovery_code") == new_code);

    // The agents go on without being asked for a password.
    CHECK(user_by_agent(home, "GitHub") == "alice\n");
    REQUIRE(home.run({"add", "Bank", "--username", "after"}).status == 0);
    REQUIRE(home.run({"sync"}).status == 0);
    const Outcome told = tablet.run_bare({"sync"});
    CHECK(told.status == 0);
    CHECK(has(told.err, "every key of the account was replaced"));
    CHECK(user_by_agent(tablet, "Bank") == "after\n");
    CHECK(tablet.run({"slots", "add", "recovery"}).status == 0);
    CHECK(user_by_agent(tablet, "Bank") == "after\n");
    REQUIRE(tablet.run({"agent", "--stop"}).status == 0);
    CHECK(tablet.run({"get", "Bank", "username"}).out == "after\n");
    REQUIRE(tablet.run({"sync"}).status == 0);
    REQUIRE(home.run_bare({"agent", "--stop"}).status == 0);
    REQUIRE(home.run({"sync"}).status == 0);

    // What the lost phone knew opens nothing that is new.
    CHECK(phone.run({"sync"}).status == 5);
    CHECK(has(phone.run({"find", "--json"}).out, "GitHub"));
    write_text(home.file("old-code"), json_text(member.kit, "recovery_code") + "\n");
    write_text(home.file("new-code"), new_code + "\n");
    CHECK(home.run_bare({"find", "--json", "--recovery-file", home.file("old-code")}).status == 5);
    CHECK(home.run_bare({"find", "--json", "--key-file", home.file("key")}).status == 5);
    CHECK(home.run_bare({"find", "--json", "--recovery-file", home.file("new-code")}).status == 0);
    const Home late;
    CHECK(there
              .log_in(late, "alice",
                      {"--paste", "--secret-key-file", member.write("secret-key", "secret_key")})
              .status == 5);
    write_text(home.file("new-key"), json_text(rotated.out, "secret_key") + "\n");
    CHECK(there.log_in(late, "alice", {"--paste", "--secret-key-file", home.file("new-key")})
              .status == 0);
    CHECK(late.run({"get", "Bank", "username"}).out == "after\n");
}

TEST_CASE("a rotation wants the master password, a device of the account and a yes",
          "[sync][service][login][rotation]") {
    const Landscape there;
    const MemberHome member(there);
    const Home& home = member.home;
    const Home phone;
    member.let_in(there, phone);
    const std::string id = own_id(phone);
    write_text(home.file("wrong"), "not the password\n");
    write_text(home.file("code"), json_text(member.kit, "recovery_code") + "\n");
    unlock(home);
    const std::vector<std::string> line{"devices", "revoke", id, "--rotate"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), line.begin(), line.end());
        return home.run_bare(more).status;
    };
    CHECK(with({"--yes", "--password-file", home.file("wrong")}) == 5);
    CHECK(with({"--yes", "--recovery-file", home.file("code")}) == 2);
    CHECK(with({"--yes"}) == 5);
    CHECK(with({"--password-file", home.file("password")}) == 2);
    CHECK(rotate(home, "aaaaaaaaaaaaaaaaaaaaaaaaaa").status == 3);
    CHECK(rotate(home, own_id(home)).status == 2);
    write_text(home.file("there"), "");
    CHECK(rotate(home, id, {"--kit", home.file("there")}).status == 6);
    CHECK(home.run({"devices", "--rotate"}).status == 2);
    CHECK(home.run({"devices", "revoke", id, "--kit", home.file("kit")}).status == 2);
    CHECK(phone.run({"sync"}).status == 0);  // none of it came to pass

    // One that was removed before may have been lost all the same.
    REQUIRE(home.run({"devices", "revoke", id, "--yes"}).status == 0);
    CHECK(rotate(home, id).status == 0);
    REQUIRE(home.run_bare({"agent", "--stop"}).status == 0);
}

TEST_CASE("what a device could read is told while its rotation is broken off, and when it ends",
          "[sync][service][login][rotation]") {
    Landscape there;
    const MemberHome member(there);
    const Home& home = member.home;
    const Home phone;
    member.let_in(there, phone);
    CHECK(home.run({"devices", "exposed"}).status == 3);
    begin_rotation(there, home, own_id(phone));
    REQUIRE(home.run({"add", "Later", "--generate"}).status == 0);  // the phone never has it

    for (int times = 0; times < 2; ++times) {
        const Outcome asked = home.run({"devices", "exposed", "--json"});
        INFO(asked.err);
        REQUIRE(asked.status == 0);
        CHECK(has(asked.out, "\"done\":false"));
        CHECK(has(asked.out, "\"title\":\"GitHub\""));
        CHECK_FALSE(has(asked.out, "Later"));
    }
    CHECK(home.run({"sync"}).status == 7);
    there.server.start();
    // Whatever ends it: a list of devices, or somebody who reads nothing.
    SECTION("with the sync that ends it") {}
    SECTION("with the sync after that") {
        REQUIRE(home.run({"devices"}).status == 0);
    }
    const Outcome ended = home.run({"sync", "--json"});
    INFO(ended.err);
    REQUIRE(ended.status == 0);
    CHECK(has(ended.out, "\"exposed\":[{"));
    CHECK(has(ended.out, "\"title\":\"GitHub\""));
    CHECK_FALSE(has(ended.out, "Later"));
    CHECK(has(ended.err, "sparekey kit prints the new one"));
    CHECK_FALSE(has(home.run({"sync", "--json"}).out, "exposed"));
    CHECK(phone.run({"sync"}).status == 5);
    const Outcome asked = home.run({"devices", "exposed"});
    CHECK(asked.status == 0);
    CHECK(asked.out == "GitHub\n");
    CHECK(has(home.run({"devices", "exposed", "--json"}).out, "\"done\":true"));
    CHECK(home.run({"devices", "exposed", "more"}).status == 2);
}

TEST_CASE("a broken-off rotation that another device was faster than is said not to have happened",
          "[sync][service][login][rotation]") {
    Landscape there;
    const MemberHome member(there);
    const Home& home = member.home;
    const Home phone;
    member.let_in(there, phone);
    REQUIRE(home.run({"sync"}).status == 0);
    const std::string id = own_id(phone);
    begin_rotation(there, home, id);
    there.server.start();
    REQUIRE(phone.run({"add", "Faster", "--username", "there"}).status == 0);
    REQUIRE(phone.run({"sync"}).status == 0);

    const Outcome told = home.run({"sync"});
    CHECK(told.status == 0);
    CHECK(has(told.err, "did not come to pass"));
    CHECK(has(told.err, "sparekey devices revoke ID --rotate"));
    CHECK_FALSE(has(home.run({"sync"}).err, "did not come to pass"));
    CHECK(home.run({"devices", "exposed"}).status == 3);
    CHECK(phone.run({"sync"}).status == 0);
    CHECK(rotate(home, id).status == 0);
    CHECK(phone.run({"sync"}).status == 5);
    // One that ended as it should was told by whoever asked for it.
    CHECK_FALSE(has(home.run({"sync", "--json"}).out, "exposed"));
    CHECK(has(home.run({"devices", "exposed"}).out, "Faster") == false);  // it holds no secret
}

}  // namespace sparekey::tests
