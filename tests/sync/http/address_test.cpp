#include "sync/server/http/address.h"

#include <catch2/catch_test_macros.hpp>

using namespace sparekey::sync;

namespace {

std::string client(const char* peer, std::string_view forwarded) {
    const std::array<Network, 2> networks = {*Network::parse("10.0.0.0/8"),
                                             *Network::parse("2001:db8:1::/48")};
    return client_address(Address::parse(peer), forwarded, {networks, false});
}

}  // namespace

TEST_CASE("addresses and networks are read strictly", "[sync][address]") {
    CHECK(Address::parse("192.0.2.1")->text() == "192.0.2.1");
    CHECK(Address::parse("::ffff:192.0.2.1")->text() == "192.0.2.1");
    CHECK(Address::parse("2001:DB8::1")->text() == "2001:db8::1");
    for (const auto* wrong : {"", "192.0.2", "192.0.2.1 ", "[::1]", "::1%lo", "a", "1.2.3.4:5"}) {
        CHECK(!Address::parse(wrong));
    }
    CHECK(!Address::parse(std::string_view("::1\0x", 5)));
    for (const auto* wrong : {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8x", "10/8"}) {
        CHECK(!Network::parse(wrong));
    }
    const auto odd = *Network::parse("10.32.0.0/11");
    CHECK(odd.holds(*Address::parse("10.63.255.255")));
    CHECK(!odd.holds(*Address::parse("10.64.0.0")));
    CHECK(Network::parse("::/0")->holds(*Address::parse("::1")));
    CHECK(!Network::parse("0.0.0.0/0")->holds(*Address::parse("::1")));
}

TEST_CASE("IPv6 counts by its first 64 bits, IPv4 whole", "[sync][address]") {
    const auto group = [](const char* text) { return Address::parse(text)->group().text(); };
    CHECK(group("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::");
    CHECK(group("192.0.2.1") == "192.0.2.1");
}

TEST_CASE("only a listed proxy is believed, and only about its own hop",
          "[sync][address][mutant:trusted-proxies]") {
    CHECK(client("192.0.2.7", "198.51.100.1") == "192.0.2.7");
    CHECK(client("10.1.1.1", "198.51.100.1") == "198.51.100.1");
    CHECK(client("10.1.1.1", "6.6.6.6, 198.51.100.1") == "198.51.100.1");
    CHECK(client("10.1.1.1", "6.6.6.6, 198.51.100.1 , 10.2.2.2,2001:db8:1::9") == "198.51.100.1");
    CHECK(client("10.1.1.1", "") == "10.1.1.1");
    CHECK(client("10.1.1.1", "198.51.100.1, evil") == "10.1.1.1");
    CHECK(client("10.1.1.1", "198.51.100.1, evil, 10.2.2.2") == "10.2.2.2");
    CHECK(client("10.1.1.1", "10.3.3.3") == "10.3.3.3");
    CHECK(client("10.1.1.1", ",") == "10.1.1.1");
    CHECK(client_address({}, "198.51.100.1", {{}, false}) == "unix");
    CHECK(client_address({}, "198.51.100.1", {{}, true}) == "198.51.100.1");
}
