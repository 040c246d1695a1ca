// Two files of one name: both can be read before somebody decides, and both stay after it.
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace sparekey::tests {
namespace {

constexpr std::size_t kSeveralChunks = std::size_t{3} << 19;

void attach(const Home& home, const std::string& content) {
    write_text(home.file("deed"), content);
    REQUIRE(home.run({"attach", "GitHub", home.file("deed")}).status == 0);
}

}  // namespace

TEST_CASE(
    "of two files that two devices attached by one name both can be read before one is chosen",
    "[sync][service][login][attachment]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    const Home& home = member.home;
    attach(home, "of the laptop");
    CHECK(home.run({"attachment", "GitHub", "deed", "--other"}).status == 3);
    const std::string of_the_phone(kSeveralChunks, 'p');
    attach(phone, of_the_phone);
    REQUIRE(home.run({"sync"}).status == 0);
    REQUIRE(phone.run({"sync"}).status == 0);
    REQUIRE(home.run({"sync"}).status == 0);
    const bool has_agent = GENERATE(false, true);
    INFO("agent " << has_agent);
    if (has_agent) REQUIRE(home.run({"unlock"}).status == 0);

    const std::string shown = home.run({"attachment", "GitHub", "deed"}).out;
    const std::string other = home.run({"attachment", "GitHub", "deed", "--other"}).out;
    CHECK(shown != other);
    CHECK((shown == of_the_phone || other == of_the_phone));
    CHECK((shown == "of the laptop" || other == "of the laptop"));
    REQUIRE(
        home.run({"attachment", "GitHub", "deed", "--other", "--output", home.file("o")}).status ==
        0);
    CHECK(read_text(home.file("o")) == other);
    CHECK(home.run({"attachment", "GitHub", "another", "--other"}).status == 3);

    REQUIRE(home.run({"conflicts", "resolve", "GitHub", "deed", "--keep", "other"}).status == 0);
    CHECK(home.run({"attachment", "GitHub", "deed"}).out == other);
    CHECK(home.run({"attachment", "GitHub", "deed", "--other"}).status == 3);
    REQUIRE(home.run({"history", "GitHub", "--revert", "attachment@1"}).status == 0);
    CHECK(home.run({"attachment", "GitHub", "deed"}).out == shown);
    if (has_agent) CHECK(home.run_bare({"agent", "--stop"}).status == 0);
}

}  // namespace sparekey::tests
