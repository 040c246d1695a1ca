#include "sync/http_client/address.h"

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <netinet/in.h>

#include <cstring>

namespace sparekey::sync {
namespace {

Address address(const std::string& text) {
    sockaddr_storage storage{};
    auto* const v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* const v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    const bool is_v6 = text.find(':') != std::string::npos;
    storage.ss_family = is_v6 ? AF_INET6 : AF_INET;
    void* const place = is_v6 ? static_cast<void*>(&v6->sin6_addr) : &v4->sin_addr;
    INFO(text);
    REQUIRE(::inet_pton(storage.ss_family, text.c_str(), place) == 1);
    return address_of(reinterpret_cast<const sockaddr&>(storage)).value();
}

}  // namespace

TEST_CASE("addresses of this machine, its network and other disguises are not public",
          "[http_client][ssrf]") {
    for (const char* text : {"0.0.0.0",
                             "0.255.255.255",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.1",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.254",
                             "169.254.0.1",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.8",
                             "192.0.2.1",
                             "192.31.196.1",
                             "192.52.193.1",
                             "192.88.99.1",
                             "192.168.0.1",
                             "192.175.48.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "198.51.100.1",
                             "203.0.113.1",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::7f00:1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "::ffff:169.254.169.254",
                             "64:ff9b::7f00:1",
                             "64:ff9b::808:808",
                             "64:ff9b:1::1",
                             "100::1",
                             "2001::1",
                             "2001:10::1",
                             "2001:20::1",
                             "2001:db8::1",
                             "2002:7f00:1::1",
                             "2002:808:808::1",
                             "3fff::1",
                             "3fff:fff::1",
                             "5f00::1",
                             "fc00::1",
                             "fd00:ec2::254",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1"}) {
        INFO(text);
        CHECK_FALSE(is_public(address(text)));
    }
}

TEST_CASE("addresses on either side of the special blocks are public", "[http_client][ssrf]") {
    for (const char* text : {"1.0.0.1",         "8.8.8.8",
                             "9.255.255.255",   "11.0.0.1",
                             "100.63.255.255",  "100.128.0.1",
                             "126.255.255.255", "128.0.0.1",
                             "169.253.255.255", "169.255.0.1",
                             "172.15.255.255",  "172.32.0.1",
                             "192.0.1.1",       "192.0.3.1",
                             "192.167.255.255", "192.169.0.1",
                             "198.17.255.255",  "198.20.0.1",
                             "223.255.255.255", "::ffff:8.8.8.8",
                             "2001:200::1",     "2001:4860:4860::8888",
                             "2003::1",         "2606:4700::1111",
                             "3ffe::1"}) {
        INFO(text);
        CHECK(is_public(address(text)));
    }
}

TEST_CASE("loopback is known in each of its notations", "[http_client][ssrf]") {
    for (const char* text : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"}) {
        CHECK(is_loopback(address(text)));
    }
    for (const char* text : {"128.0.0.1", "126.255.255.255", "::2", "::", "8.8.8.8"}) {
        CHECK_FALSE(is_loopback(address(text)));
    }
}

TEST_CASE("an address that is not of the Internet is none", "[http_client][ssrf]") {
    sockaddr_storage storage{};
    storage.ss_family = AF_UNIX;
    CHECK_FALSE(address_of(reinterpret_cast<const sockaddr&>(storage)));
}

}  // namespace sparekey::sync
