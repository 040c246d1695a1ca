// A mass deletion that comes in several pages, by the real programs: nothing of it is applied
// before the person says so.
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace sparekey::tests {
namespace {

constexpr int kItems = 60;

void sync_now(const Home& home) {
    const Outcome synced = home.run({"sync"});
    INFO(synced.err);
    REQUIRE(synced.status == 0);
}

std::size_t items_of(const Home& home) {
    const std::string all = home.run({"find", "item", "--json"}).out;
    std::size_t found = 0;
    for (auto at = all.find("\"title\""); at != std::string::npos;
         at = all.find("\"title\"", at + 1)) {
        ++found;
    }
    return found;
}

void import_items(const Home& home) {
    std::string csv = "name,url,username,password\n";
    for (int at = 0; at < kItems; ++at) csv += "item" + std::to_string(at) + ",,me,pw\n";
    write_text(home.file("all.csv"), csv);
    REQUIRE(home.run({"import", "chrome-csv", home.file("all.csv")}).status == 0);
}

/// By the agent, which has to be open.
void remove_items(const Home& home, int from, int to) {
    for (int at = from; at < to; ++at) {
        REQUIRE(home.run_bare({"rm", "item" + std::to_string(at)}).status == 0);
    }
}

/// More than a page of a pull has beside it.
void send_large_file(const Home& home, const std::string& name) {
    write_text(home.file(name), std::string(std::size_t{5} << 19, name.front()));
    REQUIRE(home.run_bare({"attach", "GitHub", home.file(name)}).status == 0);
    sync_now(home);
}

}  // namespace

TEST_CASE("a deletion of very many items over several pages waits for a yes with all of them here",
          "[sync][service][login][held]") {
    const Landscape there;
    const MemberHome member(there);
    const Home& home = member.home;
    const Home phone;
    const Home tablet;
    import_items(home);
    sync_now(home);
    member.let_in(there, phone);
    member.let_in(there, tablet);
    REQUIRE(phone.run({"sync"}).status == 0);
    REQUIRE(items_of(phone) == kItems);
    REQUIRE(home.run({"unlock"}).status == 0);
    remove_items(home, 0, kItems / 2);
    sync_now(home);
    send_large_file(home, "first");
    send_large_file(home, "second");
    remove_items(home, kItems / 2, kItems);
    sync_now(home);
    REQUIRE(home.run_bare({"agent", "--stop"}).status == 0);

    const bool has_agent = GENERATE(false, true);
    if (has_agent) REQUIRE(phone.run({"unlock"}).status == 0);
    // What is to be sent waits as well, and nobody says that it was.
    const std::string id = own_id(tablet);
    for (const bool rotates : {false, true}) {
        std::vector<std::string> line{"devices", "revoke", id, "--yes", "--json"};
        if (rotates) line.emplace_back("--rotate");
        const Outcome waits = phone.run(line);
        CHECK(waits.status == 6);
        CHECK(has(waits.err, "60 items would be taken away"));
        CHECK(waits.out.empty());
    }
    CHECK(tablet.run({"sync", "--yes"}).status == 0);  // it is a member
    for (int times = 0; times < 2; ++times) {
        const Outcome held = phone.run({"sync", "--json"});
        INFO(held.err);
        CHECK(held.status == 6);
        CHECK(has(held.out, "\"held\":60"));
        CHECK(has(held.err, "sparekey sync --yes"));
        CHECK(items_of(phone) == kItems);
    }
    CHECK(phone.run({"sync", "--yes"}).status == 0);
    CHECK(items_of(phone) == 0);
    CHECK(phone.run({"attachment", "GitHub", "second"}).out.size() == std::size_t{5} << 19);
    if (has_agent) REQUIRE(phone.run_bare({"agent", "--stop"}).status == 0);
}

}  // namespace sparekey::tests
