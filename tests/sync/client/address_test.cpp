#include "sync/client/server_address.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::sync {

TEST_CASE("a server's address is its origin, whatever page of it was given",
          "[sync][client][address]") {
    CHECK(parse_server_address("https://vault.example.org/")->origin ==
          "https://vault.example.org");
    CHECK(parse_server_address("https://Vault.Example.org:8443/login?a=b")->origin ==
          "https://vault.example.org:8443");
    CHECK(parse_server_address("vault.example.org")->origin == "https://vault.example.org");
    CHECK(parse_server_address("https://192.168.1.5")->rule == AddressRule::any);
}

TEST_CASE("plain http is for this machine only, by name and by the address it is sent to",
          "[sync][client][address][mutant:server-plain-http]") {
    for (const char* text : {"http://127.0.0.1:8443", "http://localhost", "http://[::1]:80"}) {
        INFO(text);
        const auto address = parse_server_address(text);
        REQUIRE(address);
        CHECK(address->rule == AddressRule::loopback_only);
    }
    const auto refused = parse_server_address("http://vault.example.org");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == core::ErrorCode::usage);
    CHECK(refused.error().message.find("plain http") != std::string::npos);
}

TEST_CASE("what is no web address is a usage error", "[sync][client][address]") {
    for (const char* text : {"", "ftp://vault.example.org", "https://", "https://a b",
                             "file:///etc", "https://alice@vault.example.org", "javascript://x"}) {
        INFO(text);
        const auto address = parse_server_address(text);
        REQUIRE_FALSE(address);
        CHECK(address.error().code == core::ErrorCode::usage);
    }
}

}  // namespace sparekey::sync
