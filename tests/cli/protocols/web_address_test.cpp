#include "cli/protocols/web_address.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

std::string text(const std::optional<WebAddress>& address) {
    if (!address) return "none";
    return address->scheme + " " + address->host + " " + std::to_string(address->port) + " " +
           address->path;
}

bool same(std::string_view left, std::string_view right) {
    return same_server(*parse_web_address(left), *parse_web_address(right));
}

}  // namespace

TEST_CASE("a URL is read as people type it", "[cli][address]") {
    CHECK(text(parse_web_address("https://Example.ORG")) == "https example.org 443 ");
    CHECK(text(parse_web_address("example.org")) == "https example.org 443 ");
    CHECK(text(parse_web_address("example.org:8443/x/")) == "https example.org 8443 x");
    CHECK(text(parse_web_address("HTTP://a/b/c.git?q#f")) == "http a 80 b/c");
    CHECK(text(parse_web_address("https://user:pw@host/a%20b")) == "https host 443 a b");
    CHECK(text(parse_web_address("https://[::1]:8443/")) == "https ::1 8443 ");
    CHECK(text(parse_web_address("https://host?x@evil")) == "https host 443 ");
    CHECK(text(parse_web_address("ssh://host")) == "ssh host 0 ");
    for (const char* none : {"", "https://", "https:///x", "mailto:a@b", "https://h:99999",
                             "https://h:8x", "https://[::1", "https://[::1]x", "a b://h", "::1"}) {
        INFO(none);
        CHECK_FALSE(parse_web_address(none));
    }
}

TEST_CASE("a server is its scheme", "[cli][address][mutant:address-scheme]") {
    CHECK(same("https://h", "h"));
    CHECK_FALSE(same("http://h:443", "https://h"));
}

TEST_CASE("a server is its host, to the letter", "[cli][address][mutant:address-host]") {
    CHECK(same("https://Host", "https://hOST"));
    CHECK_FALSE(same("https://www.h.example", "https://h.example"));
    CHECK_FALSE(same("https://h.example", "https://h.example.evil"));
    CHECK_FALSE(same("https://h.example", "https://h.example@evil"));
}

TEST_CASE("a server is its port", "[cli][address][mutant:address-port]") {
    CHECK(same("https://h:443", "https://h"));
    CHECK(same("http://h:80", "http://h"));
    CHECK_FALSE(same("https://h:8443", "https://h"));
}

TEST_CASE("a folder is a whole part of a path", "[cli][address]") {
    CHECK(is_path_prefix("", "a"));
    CHECK(is_path_prefix("a", "a"));
    CHECK(is_path_prefix("a", "a/b"));
    CHECK_FALSE(is_path_prefix("a", "ab"));
    CHECK_FALSE(is_path_prefix("a/b", "a"));
}

}  // namespace sparekey::cli
