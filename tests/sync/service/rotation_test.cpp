// A lost phone, by the real programs: every key is replaced, whoever stays goes on, with an agent
// open as well, and the paper that was printed before is dead.
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

/// The id of the device that a home is.
std::string own_id(const Home& home) {
    const std::string list = home.run({"devices", "--json"}).out;
    const auto own = list.rfind("\"id\":\"", list.find("\"current\":true"));
    return list.substr(own + 6, 26);
}

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

}  // namespace sparekey::tests
