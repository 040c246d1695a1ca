// What a member's `doctor` and `status` say of the server.
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

TEST_CASE("doctor asks the server whether it is there and what time it has",
          "[sync][service][doctor]") {
    Landscape there;
    const MemberHome member(there);
    const Home& home = member.home;
    const auto doctor = [&] { return home.run({"doctor", "--json"}); };
    const std::string reached = R"({"name":"server reachability","ok":true,"detail":")" +
                                there.server.origin() + R"( answers","mend":""})";
    const Outcome well = doctor();
    INFO(well.err << well.out);
    CHECK(well.status == 0);
    CHECK(has(well.out, reached));
    CHECK(has(well.out, R"({"name":"clock skew","ok":true,)"));
    CHECK(there.server.stop() == 0);
    const Outcome away = doctor();
    CHECK(away.status == 6);
    CHECK(has(away.out, R"({"name":"server reachability","ok":false,"detail":")" +
                            there.server.origin() + " is not reached: "));
    CHECK_FALSE(has(away.out, "clock skew"));
    there.server.start();
    CHECK(home.run({"logout"}).status == 0);
    const Outcome out = doctor();
    CHECK(out.status == 0);
    CHECK(has(out.out, "the vault is logged out of " + there.server.origin()));

    const Home alone;
    alone.init();
    CHECK(has(alone.run({"doctor", "--json"}).out, "this vault has no account at a server"));
}

TEST_CASE("who signs in without OpenID Connect is PROVIDER:ID", "[sync][service]") {
    const Landscape there;  // its provider speaks OAuth 2.0 alone
    const MemberHome member(there);
    const std::string status = member.home.run({"status", "--json"}).out;
    CHECK(has(status, R"("identities":[{"id":"corp:alice","provider":"corp")"));
    const Outcome last = member.home.run({"unlink", "corp:alice"});
    CHECK(last.status == 6);
    CHECK(has(there.server.command({"accounts", "--json"}).out, R"("id":"corp:alice")"));
}

}  // namespace sparekey::tests
