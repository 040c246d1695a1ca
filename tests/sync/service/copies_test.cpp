// An older copy of a device, and two copies of one, at a real server: what either wrote stays.
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

void run(const Home& home, std::vector<std::string> line, const std::string& input = {}) {
    const Outcome done = home.run(std::move(line), input);
    INFO(done.err);
    REQUIRE(done.status == 0);
}

void copy_all(const Home& from, const Home& to) {
    fs::remove_all(to.path());
    fs::copy(from.path(), to.path(), fs::copy_options::recursive);
}

/// The item as JSON, secrets too.
std::string item_of(const Home& home) {
    return home.run({"get", "GitHub", "--json", "--reveal"}).out;
}

}  // namespace

TEST_CASE("a device whose disk was lost goes on from its backup, and takes nothing back",
          "[sync][service][login][copies]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    run(phone, {"backup", phone.file("backup")});
    run(phone, {"edit", "GitHub", "--stdin"},
        R"({"password": "of later", "username": "later", "tags": ["later"]})");
    run(phone, {"sync"});
    run(member.home, {"sync"});

    fs::remove_all(phone.vault_folder());
    fs::remove_all(phone.state_folder());
    run(phone, {"restore-vault", phone.file("backup")});
    run(phone, {"edit", "GitHub", "--tag", "older"});
    const Outcome told = phone.run({"sync"});
    INFO(told.err);
    REQUIRE(told.status == 0);
    CHECK(has(told.err, "it was restored from a backup"));
    run(member.home, {"sync"});
    for (const Home* const home : {&phone, &member.home}) {
        const std::string item = item_of(*home);
        INFO(item);
        CHECK(has(item, "\"title\":\"GitHub\""));
        CHECK(has(item, "\"username\":\"later\""));
        CHECK(has(item, "\"password\":\"of later\""));
        CHECK(has(item, "\"later\""));
        CHECK(has(item, "\"older\""));
        CHECK(home->run({"conflicts", "--json"}).out == "[]\n");
    }
}

TEST_CASE("two copies of a device lose nothing of each other, and what both changed is a conflict",
          "[sync][service][login][copies]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    const Home clone;
    copy_all(phone, clone);
    run(phone, {"edit", "GitHub", "--stdin"},
        R"({"password": "of the phone", "title": "GitHub too", "tags": ["phone"]})");
    run(phone, {"sync"});
    run(clone, {"edit", "GitHub", "--stdin"}, R"({"password": "of the clone", "tags": ["clone"]})");
    run(clone, {"sync"});
    run(phone, {"edit", "GitHub", "--username", "phone's"});
    run(clone, {"edit", "GitHub", "--stdin"}, R"({"notes": "clone's"})");
    for (const Home* const home : {&phone, &clone, &phone, &member.home}) run(*home, {"sync"});
    run(clone, {"sync"});
    for (const Home* const home : {&phone, &clone, &member.home}) {
        const std::string item = item_of(*home);
        INFO(item);
        CHECK(has(item, "\"title\":\"GitHub too\""));
        CHECK(has(item, "\"phone\""));
        CHECK(has(item, "\"clone\""));
        CHECK(has(item, "\"username\":\"phone's\""));
        CHECK(has(item, "clone's"));
        CHECK(has(home->run({"conflicts", "--json", "--reveal"}).out, "of the phone"));
    }
}

}  // namespace sparekey::tests
