// Signing in, joining and leaving, with the real programs: a server, and a home for each device.
#include "sync/protocol/routes.h"
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

namespace sparekey::tests {
namespace {

/// The only file of it.
std::string evidence_of(const Home& home) {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(home.state_folder() + "/evidence")) {
        files.push_back(entry.path());
    }
    REQUIRE(files.size() == 1);
    return read_text(files.front());
}

}  // namespace

TEST_CASE("a vault makes its account by each way to sign in", "[sync][service][login]") {
    const Landscape there;
    for (const char* way : {"--paste", "--browser", "--device-code"}) {
        INFO(way);
        const Home home;
        const std::string kit = home.init();
        const Outcome login = there.log_in(home, std::string("by") + way, {way});
        INFO(login.err);
        CHECK(login.status == 0);
        CHECK(has(login.out, R"({"event":"done")"));
        CHECK(json_text(login.out, "account") == json_text(kit, "vault_id"));
    }
    CHECK(has(there.server.command({"accounts", "--json"}).out, "\"id\""));
}

TEST_CASE("a second device joins by Secret Key and master password, and has the items",
          "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    const Outcome login = there.log_in(phone, "alice",
                                       {"--paste", "--device-name", "phone", "--secret-key-file",
                                        member.write("secret-key", "secret_key")});
    INFO(login.err);
    REQUIRE(login.status == 0);
    CHECK(json_text(login.out, "account") == member.account);
    CHECK(has(phone.run({"find", "--json"}).out, "GitHub"));
    const Outcome devices = phone.run({"devices", "--json"});
    INFO(devices.err);
    CHECK(has(devices.out, "\"name\":\"phone\",\"current\":true"));
    CHECK_FALSE(has(devices.out, "\"last_seen\":null"));
    CHECK(has(phone.run({"status", "--json"}).out, "\"identities\":[{\"id\":"));
}

TEST_CASE("a Secret Key's file is read before anybody signs in", "[sync][service][login]") {
    const Landscape there;
    const Home phone;
    write_text(phone.file("junk"), "SK-JUNK\n");
    const auto join = [&](const std::string& file) {
        return phone.run(there.login_line(
            {"--paste", "--secret-key-file", file, "--password-file", phone.file("password")}));
    };
    const Outcome missing = join(phone.file("nosuch"));
    INFO(missing.err);
    CHECK(missing.status == 3);
    CHECK(missing.out.empty());
    const Outcome junk = join(phone.file("junk"));
    INFO(junk.err);
    CHECK(junk.status == 2);
    CHECK(junk.out.empty());
}

TEST_CASE("a second device joins when a member approves its code", "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    RunningCommand login(phone,
                         there.login_line({"--paste", "--password-file", phone.file("password")}));
    there.confirm(login, "alice");
    const auto event = login.line();
    REQUIRE(event);
    const std::string code = json_text(*event, "code");
    CHECK(code.size() >= 20);
    CHECK(member.home.run({"devices", "approve", "AAAAA-AAAAA-AAAAA-AAAAA", "--yes"}).status == 5);
    for (const char* malformed : {"foo", "AAAAA-AAAAA-AAAAA-AAAA9", "AAAAA-AAAAA-AAAAA-AAAAA-A"}) {
        INFO(malformed);
        CHECK(member.home.run({"devices", "approve", malformed, "--yes"}).status == 2);
    }
    CHECK(member.home.run({"devices", "approve", code}).status == 2);  // not confirmed
    const Outcome approval = member.home.run({"devices", "approve", code, "--yes"});
    INFO(approval.err);
    REQUIRE(approval.status == 0);
    const Outcome done = login.finish();
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(has(phone.run({"find", "--json"}).out, "GitHub"));
}

TEST_CASE("the recovery code joins without a login and sets a new master password",
          "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    write_text(phone.file("password"), "another password\n");
    const Outcome login =
        phone.run(there.login_line({"--recovery", "--account", member.account, "--recovery-file",
                                    member.write("recovery", "recovery_code")}));
    INFO(login.err);
    REQUIRE(login.status == 0);
    CHECK(json_text(login.out, "account") == member.account);
    CHECK(has(phone.run({"find", "--json"}).out, "GitHub"));
    const Outcome foreign =
        phone.run({"login", there.server.origin(), "--vault", "b", "--recovery", "--account", "foo",
                   "--recovery-file", member.write("recovery", "recovery_code")});
    CHECK(foreign.status == 2);
    CHECK(has(foreign.err, "\"foo\" is no account id"));
}

TEST_CASE("a client that was written from the documentation joins, verifies and reads",
          "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const Home other;
    RunningCommand client(other,
                          {"-B", SPAREKEY_INDEPENDENT_CLIENT, there.server.origin(),
                           member.write("secret-key", "secret_key"), member.home.file("password")},
                          "/usr/bin/python3");
    there.confirm(client, "alice");
    const Outcome done = client.finish();
    INFO(done.err);
    REQUIRE(done.status == 0);
    CHECK(json_text(done.out, "title") == "GitHub");
    CHECK(json_text(done.out, "username") == "alice");
    const Outcome password = member.home.run({"get", "GitHub", "password", "--json"});
    CHECK(json_text(done.out, "password") == json_text(password.out, "value"));
    // The account's own device believes it, and knows it by its sealed name.
    REQUIRE(member.home.run({"sync"}).status == 0);
    CHECK(has(member.home.run({"devices", "--json"}).out, "\"name\":\"snake\""));
}

TEST_CASE("a wrong secret joins nothing and leaves no vault", "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const Home other;
    const std::string foreign = other.init();
    const Home phone;
    write_text(phone.file("sk"), json_text(foreign, "secret_key"));
    CHECK(there.log_in(phone, "alice", {"--paste", "--secret-key-file", phone.file("sk")}).status ==
          5);
    write_text(phone.file("password"), "wrong\n");
    const Outcome wrong = there.log_in(
        phone, "alice", {"--paste", "--secret-key-file", member.write("secret-key", "secret_key")});
    INFO(wrong.err);
    CHECK(wrong.status == 5);
    write_text(phone.file("rc"), json_text(foreign, "recovery_code"));
    CHECK(phone
              .run(there.login_line(
                  {"--recovery", "--account", member.account, "--recovery-file", phone.file("rc")}))
              .status == 5);
    CHECK(phone.run({"status"}).status == 3);
    CHECK_FALSE(std::filesystem::exists(phone.vault_folder() + "/vault.db"));
}

TEST_CASE("a login elsewhere that came to nothing is told at the next sync, and once",
          "[sync][service][login][mutant:log-news]") {
    const Landscape there;
    const MemberHome member(there);
    REQUIRE(member.home.run({"sync"}).status == 0);
    const Home thief;
    write_text(thief.file("sk"), json_text(thief.init(), "secret_key"));
    REQUIRE(there
                .log_in(thief, "alice",
                        {"--paste", "--vault", "other", "--device-name", "Pixel",
                         "--secret-key-file", thief.file("sk")})
                .status == 5);
    REQUIRE(member.home.run({"add", "Bank"}).status == 0);
    const Outcome told = member.home.run({"sync"});
    INFO(told.err);
    CHECK(told.status == 0);
    CHECK(has(told.err, "corp alice signed in on \"Pixel\", 127.0.0.1, "));
    CHECK(has(told.err, "sparekey audit --server"));
    const Outcome again = member.home.run({"sync"});
    CHECK_FALSE(has(again.err, "signed in"));
}

TEST_CASE("a login that is refused, or opens another vault's account, changes nothing",
          "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const Home other;
    other.init();
    const Outcome another = there.log_in(other, "alice");
    INFO(another.err);
    CHECK(another.status == 6);
    RunningCommand refused(
        other, there.login_line({"--device-code", "--password-file", other.file("password")}));
    there.confirm(refused, "bob", ScriptedPerson::Says::no);
    const Outcome said_no = refused.finish();
    CHECK(said_no.status == 5);
    CHECK(has(said_no.err, "\"hint\":\"the page in the browser says why\""));
    CHECK(there.log_in(other, "bob").status == 0);
}

TEST_CASE("a login without account and vault, a server that is away and a plain address fail alike",
          "[sync][service][login]") {
    Landscape there;
    const Home home;
    CHECK(there.log_in(home, "carol").status == 3);
    CHECK(home.run({"login", "http://vault.example.org"}).status == 2);
    CHECK(home.run({"login", there.server.origin(), "--paste", "--browser"}).status == 2);
    home.init();
    there.server.stop();
    CHECK(home.run(there.login_line({"--paste"})).status == 7);
    CHECK(has(home.run({"find", "--json"}).out, "[]"));
}

TEST_CASE("a server that lost its store is told as that, and a login makes the account anew",
          "[sync][service][login]") {
    Landscape there;
    const MemberHome member(there);
    const Home phone;
    const Home tablet;
    member.let_in(there, phone);
    member.let_in(there, tablet);
    const Home& home = member.home;
    REQUIRE(home.run({"sync"}).status == 0);
    REQUIRE(phone.run({"sync"}).status == 0);
    REQUIRE(phone.run({"add", "phone's", "--username", "unsent"}).status == 0);
    REQUIRE(tablet.run({"add", "tablet's", "--username", "unsent"}).status == 0);
    REQUIRE(there.server.stop() == 0);
    for (const char* const suffix : {"", "-wal", "-shm"}) {
        std::filesystem::remove(there.server.store_path() + suffix);
    }
    there.server.start();

    const Outcome lost = home.run({"sync"});
    INFO(lost.err);
    CHECK(lost.status == 8);
    CHECK(has(lost.err, "sparekey login " + there.server.origin()));
    CHECK(has(evidence_of(home), "does not know this device any more"));
    CHECK(there.log_in(home, "alice").status == 2);  // not confirmed
    CHECK(phone.run({"sync"}).status == 8);

    RunningCommand login(
        home, there.login_line({"--paste", "--yes", "--password-file", home.file("password")}));
    there.confirm(login, "alice");
    there.confirm(login, "alice");
    const Outcome made = login.finish();
    INFO(made.err);
    REQUIRE(made.status == 0);
    CHECK(json_text(made.out, "account") == member.account);
    CHECK(home.run({"sync"}).status == 0);

    // Whoever fails often at one address has to wait.
    REQUIRE(there.server.stop() == 0);
    there.server.start();
    for (const Home* const device : {&phone, &tablet}) {
        CHECK(there.log_in(*device, "alice").status == 2);  // not confirmed
        const Outcome again = there.log_in(*device, "alice", {"--paste", "--yes"});
        INFO(again.err);
        REQUIRE(again.status == 0);
        CHECK(device->run({"sync"}).status == 0);
    }
    for (const Home* const device : {&home, &phone, &tablet}) {
        CHECK(device->run({"sync"}).status == 0);
        CHECK(device->run({"get", "GitHub", "username"}).out == "alice\n");
        CHECK(device->run({"get", "phone's", "username"}).out == "unsent\n");
        CHECK(device->run({"get", "tablet's", "username"}).out == "unsent\n");
    }
    const std::string devices = home.run({"devices", "--json"}).out;
    CHECK(devices.find("\"revoked\":true") == std::string::npos);
}

TEST_CASE("a vault that left its server has its account at another one", "[sync][service][login]") {
    const Landscape before;
    const MemberHome member(before);
    const Landscape after;
    const Home tablet;
    member.let_in(before, tablet);
    CHECK(has(member.home.run({"sync"}).err, "signed in"));
    CHECK(member.home.run(after.login_line({"--paste"})).status == 6);
    REQUIRE(member.home.run({"logout"}).status == 0);
    const Outcome moved = after.log_in(member.home, "alice");
    INFO(moved.err);
    REQUIRE(moved.status == 0);
    CHECK(json_text(moved.out, "account") == member.account);
    REQUIRE(member.home.run({"edit", "GitHub", "--username", "moved"}).status == 0);
    CHECK(member.home.run({"sync"}).status == 0);
    const Home phone;
    member.let_in(after, phone);
    CHECK(phone.run({"get", "GitHub", "username"}).out == "moved\n");
    // The other server's log is another one.
    const Home watch;
    member.let_in(after, watch);
    const Outcome told = member.home.run({"sync"});
    INFO(told.err);
    CHECK(told.status == 0);
    CHECK(has(told.err, "signed in"));
}

TEST_CASE("logging out keeps the vault, and logging in again goes on", "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const Home& home = member.home;
    REQUIRE(home.run({"logout"}).status == 0);
    const Outcome refused = home.run({"devices", "--json"});
    CHECK(refused.status == 6);
    CHECK(has(refused.err, "sparekey login"));
    CHECK(home.run({"get", "GitHub", "username"}).out == "alice\n");
    CHECK(there.log_in(home, "alice").status == 0);
    CHECK(home.run({"devices", "--json"}).status == 0);
}

TEST_CASE("a device that was removed is out, and its vault stays", "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    const std::string list = phone.run({"devices", "--json"}).out;
    const auto own = list.rfind("\"id\":\"", list.find("\"current\":true"));
    const std::string id = list.substr(own + 6, 26);
    CHECK(member.home.run({"devices", "revoke", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "--yes"}).status ==
          3);
    CHECK(member.home.run({"devices", "revoke", id}).status == 2);
    const Outcome revoked = member.home.run({"devices", "revoke", id, "--yes"});
    INFO(revoked.err);
    REQUIRE(revoked.status == 0);
    CHECK(phone.run({"devices", "--json"}).status == 5);
    CHECK(has(phone.run({"find", "--json"}).out, "GitHub"));
    CHECK(has(member.home.run({"devices", "--json"}).out, "\"revoked\":true"));
}

TEST_CASE("one more login is linked and unlinked, but not the last one, nor another account's",
          "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const auto link = [&](const std::string& name) {
        RunningCommand linking(member.home, {"link", there.server.origin(), "--json", "--paste",
                                             "--password-file", member.home.file("password")});
        there.confirm(linking, name);
        return linking.finish();
    };
    const Outcome linked = link("alice2");
    INFO(linked.err);
    CHECK(linked.status == 0);
    const std::string id = json_text(linked.out, "identity");
    CHECK(has(id, "alice2"));
    CHECK(has(member.home.run({"status"}).out, "\nlogin:      " + id + " (alice2)\n"));
    Home other;
    other.init();
    REQUIRE(there.log_in(other, "bob").status == 0);
    CHECK(link("bob").status == 6);
    CHECK(member.home.run({"unlink", id}).status == 0);
    CHECK(member.home.run({"unlink", id}).status == 3);
    const std::string last = id.substr(0, id.size() - 1);
    CHECK(member.home.run({"unlink", last}).status == 6);
}

TEST_CASE("the server's audit log and the account page are a member's to see",
          "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const Outcome audit = member.home.run({"audit", "--server", "--json"});
    INFO(audit.err);
    CHECK(audit.status == 0);
    CHECK(has(audit.out, "\"action\":\"push\""));
    const Outcome page = member.home.run({"account", "--json"});
    CHECK(page.status == 0);
    CHECK(json_text(page.out, "url").starts_with(there.server.origin() + "/account?link="));
}

TEST_CASE("a table of devices has one form of time", "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const std::string table = member.home.run({"devices"}).out;
    INFO(table);
    CHECK(has(table, "\tthis device"));
    CHECK_FALSE(has(table, "\t\tthis device"));
    CHECK_FALSE(has(table, "Z\t"));
}

TEST_CASE("with the server away the devices are listed from here", "[sync][service][login]") {
    Landscape there;
    const MemberHome member(there);
    there.server.stop();
    const Outcome list = member.home.run({"devices", "--json"});
    CHECK(list.status == 0);
    CHECK(has(list.out, "\"last_seen\":null"));
    CHECK(has(list.err, "cannot be reached"));
    CHECK(member.home.run({"account", "--json"}).status == 7);
}

TEST_CASE("while the agent has the vault open, a sync needs no token of its own",
          "[sync][service][login]") {
    const Landscape there;
    const MemberHome member(there);
    const auto tokens = [&there] {
        const std::string log = there.server.log();
        std::size_t found = 0;
        for (auto at = log.find(sync::path::kToken); at != std::string::npos;
             at = log.find(sync::path::kToken, at + 1)) {
            ++found;
        }
        return found;
    };
    REQUIRE(member.home.run({"unlock"}).status == 0);
    REQUIRE(member.home.run_bare({"sync"}).status == 0);
    const std::size_t before = tokens();
    CHECK(before > 0);
    for (int times = 0; times < 3; ++times) REQUIRE(member.home.run_bare({"sync"}).status == 0);
    CHECK(tokens() == before);
    CHECK(member.home.run_bare({"agent", "--stop"}).status == 0);
    REQUIRE(member.home.run({"sync"}).status == 0);
    CHECK(tokens() == before + 1);
}

}  // namespace sparekey::tests
