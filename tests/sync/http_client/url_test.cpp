#include "sync/http_client/url.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::sync {

TEST_CASE("a URL is taken apart as libcurl would", "[http_client][url]") {
    const Url url = parse_url("https://ID.example.org:8443/a/b?c=d").value();
    CHECK(url.scheme == UrlScheme::https);
    CHECK(url.host == "id.example.org");
    CHECK(url.port == 8443);
    CHECK(url.path == "/a/b");
    CHECK(url.query == "c=d");
    CHECK(url.origin() == "https://id.example.org:8443");
    CHECK(parse_url("https://id.example.org:443")->origin() == "https://id.example.org");
    CHECK(parse_url("http://id.example.org:443")->origin() == "http://id.example.org:443");
    CHECK(parse_url("http://[::1]:80/")->origin() == "http://[::1]");
}

TEST_CASE("what is not an absolute web address is refused",
          "[http_client][url][mutant:fetch-scheme]") {
    for (const char* text : {"",
                             "example.org",
                             "/path",
                             "//example.org/",
                             "https://",
                             "https:///path",
                             "https:/example.org/",
                             "https:example.org",
                             "https:////example.org/",
                             "ftp://example.org/",
                             "file:///etc/passwd",
                             "gopher://example.org/",
                             "dict://example.org/",
                             "javascript:alert(1)",
                             "data:,x",
                             "https://user@example.org/",
                             "https://user:word@example.org/",
                             "https://example.org@127.0.0.1/",
                             "https://example.org/#part",
                             "https://exa mple.org/",
                             "https://example.org/\n",
                             "https://example.org\\@127.0.0.1/",
                             "https://ex\xc3\xa4mple.org/",
                             "https://example.org:99999/",
                             "https://example.org:-1/",
                             "https://[::1/",
                             "https://example.org/\x01"}) {
        INFO(text);
        CHECK_FALSE(parse_url(text));
    }
    CHECK_FALSE(parse_url("https://example.org/" + std::string(2048, 'a')));
}

TEST_CASE("loopback is known by its names", "[http_client][url]") {
    for (const char* text : {"http://localhost/", "http://LOCALHOST:1/", "http://127.0.0.1/",
                             "http://127.9.9.9:80/", "http://[::1]/", "http://2130706433/"}) {
        INFO(text);
        CHECK(names_loopback(parse_url(text).value()));
    }
    for (const char* text : {"http://127.0.0.1.example.org/", "http://localhost.example.org/",
                             "http://128.0.0.1/", "http://[::2]/", "http://127.example/"}) {
        INFO(text);
        CHECK_FALSE(names_loopback(parse_url(text).value()));
    }
}

TEST_CASE("parameters are encoded and added to what is there", "[http_client][url]") {
    CHECK(percent_encoded("aZ09-._~") == "aZ09-._~");
    CHECK(percent_encoded("a b&c=\xc3\xa4") == "a%20b%26c%3D%C3%A4");
    CHECK(with_query("https://a/b", {{"c", "d e"}, {"f", "&"}}) == "https://a/b?c=d%20e&f=%26");
    CHECK(with_query("https://a/b?x=y", {{"c", "d"}}) == "https://a/b?x=y&c=d");
    CHECK(with_query("https://a/b", {}) == "https://a/b");
}

TEST_CASE("a reference is resolved against its page", "[http_client][url]") {
    CHECK(resolve_url("https://a.example/b/c", "d").value() == "https://a.example/b/d");
    CHECK(resolve_url("https://a.example/b/c", "/d?e").value() == "https://a.example/d?e");
    CHECK(resolve_url("https://a.example/b", "//c.example/d").value() == "https://c.example/d");
    CHECK_FALSE(resolve_url("https://a.example/b", "/d e"));
}

}  // namespace sparekey::sync
