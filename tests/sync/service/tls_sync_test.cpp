// Devices and their server over TLS, as a host sets it up: with a certificate of an authority that
// the machine trusts, and no other.
#include "tests/support/keyed_home.h"
#include "tests/support/trusted_authority.h"
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

#include <csignal>

namespace sparekey::tests {
TEST_CASE("two devices join and sync over TLS, and believe no other certificate",
          "[sync][service][tls]") {
    const TrustedAuthority authority;
    if (!authority.reason().empty()) SKIP(authority.reason());
    const Landscape there(authority);
    const auto reload = [&there](std::size_t times) {
        ::kill(there.server.process(), SIGHUP);
        return becomes_true([&] { return occurrences(there.server.log(), "reloaded") == times; });
    };
    CHECK(there.server.origin().starts_with("https://127.0.0.1:"));
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    for (const Home* const home : {&member.home, &phone}) {
        REQUIRE(home->run({"unlock"}).status == 0);
        REQUIRE(home->run_bare({"sync"}).status == 0);
    }
    CHECK(phone.run_bare({"get", "GitHub", "username"}).out == "alice\n");

    // Somebody in between has no certificate but one of their own.
    authority.issue(TrustedAuthority::Signer::itself);
    REQUIRE(reload(1));
    REQUIRE(member.home.run_bare({"edit", "GitHub", "--username", "between"}).status == 0);
    const Outcome refused = member.home.run_bare({"sync"});
    CHECK(refused.status == 7);
    CHECK(has(refused.err, "its certificate is not one that this machine trusts"));
    CHECK_FALSE(has(member.home.run_bare({"status", "--json"}).out, "\"pending\":0"));
    CHECK(phone.run_bare({"sync"}).status == 7);
    CHECK(phone.run_bare({"get", "GitHub", "username"}).out == "alice\n");

    // A certificate that is renewed is another one, too.
    authority.issue();
    REQUIRE(reload(2));
    REQUIRE(member.home.run_bare({"sync"}).status == 0);
    REQUIRE(phone.run_bare({"sync"}).status == 0);
    CHECK(phone.run_bare({"get", "GitHub", "username"}).out == "between\n");
    for (const Home* const home : {&member.home, &phone}) {
        CHECK(home->run_bare({"agent", "--stop"}).status == 0);
    }
}

}  // namespace sparekey::tests
