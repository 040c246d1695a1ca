#include "cli/protocols/login_match.h"

#include "cli/protocols/docker_registry.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

core::IndexRow row(const std::string& title, const std::string& username,
                   std::vector<std::string> urls, std::vector<std::string> tags = {},
                   std::uint64_t modified = 1) {
    core::IndexRow made;
    made.summary.title = title;
    made.summary.username = username;
    made.summary.urls = std::move(urls);
    made.summary.tags = std::move(tags);
    made.summary.modified_ms = modified;
    return made;
}

LoginWish wish(std::string_view url, std::optional<std::string> username = {}) {
    return {*parse_web_address(url), std::move(username), PathRule::prefix, "git"};
}

/// The titles of what matches, best first.
std::string titles(const LoginWish& wanted, std::vector<core::IndexRow> rows) {
    std::string text;
    for (const LoginMatch& match : match_logins(wanted, std::move(rows))) {
        text += match.row.summary.title;
    }
    return text;
}

}  // namespace

TEST_CASE("only the servers of its own URLs are an item's", "[cli][logins]") {
    const std::vector<core::IndexRow> rows = {row("a", "u", {"https://h.example/login"}),
                                              row("b", "u", {"http://h.example"}),
                                              row("c", "u", {"https://h.example:8443"}),
                                              row("d", "u", {"https://x.h.example"}),
                                              row("e", "u", {"https://other.example", "h.example"}),
                                              row("f", "u", {})};
    CHECK(titles(wish("https://h.example"), rows) == "ae");
    CHECK(titles(wish("http://h.example"), rows) == "b");
    CHECK(titles(wish("https://h.example:8443"), rows) == "c");
}

TEST_CASE("a path that is asked for has to be the item's or below it",
          "[cli][logins][mutant:login-path]") {
    const std::vector<core::IndexRow> rows = {
        row("a", "u", {"https://h"}), row("b", "u", {"https://h/team"}),
        row("c", "u", {"https://h/team/repo.git"}), row("d", "u", {"https://h/teamwork"})};
    CHECK(titles(wish("https://h/team/repo"), rows) == "cba");
    CHECK(titles(wish("https://h/team/repo.git"), rows) == "cba");
    CHECK(titles(wish("https://h/team/other"), rows) == "ba");
    CHECK(titles(wish("https://h/x"), rows) == "a");
    CHECK(titles(wish("https://h"), rows) == "abcd");
}

TEST_CASE("a user name that is asked for has to be the item's, if it has one",
          "[cli][logins][mutant:login-username]") {
    const std::vector<core::IndexRow> rows = {
        row("a", "", {"https://h"}), row("b", "alice", {"https://h"}),
        row("c", "bob", {"https://h"}), row("d", "Alice", {"https://h"})};
    CHECK(titles(wish("https://h", "alice"), rows) == "ba");
    CHECK(titles(wish("https://h", "eve"), rows) == "a");
}

TEST_CASE("the protocol's tag goes before age, and age decides among equals", "[cli][logins]") {
    const std::vector<core::IndexRow> rows = {row("a", "u", {"https://h"}, {}, 1),
                                              row("b", "u", {"https://h"}, {}, 3),
                                              row("c", "u", {"https://h"}, {"git"}, 2)};
    CHECK(titles(wish("https://h"), rows) == "cba");
    const auto matches = match_logins(wish("https://h"), rows);
    CHECK_FALSE(equally_good(matches[0], matches[1]));
    CHECK(equally_good(matches[1], matches[2]));
}

TEST_CASE("docker's registries are told apart by their whole path", "[cli][logins]") {
    const std::vector<core::IndexRow> rows = {row("a", "u", {"https://index.docker.io/v1/"}),
                                              row("b", "u", {"index.docker.io"}),
                                              row("c", "u", {"https://index.docker.io/v1/token"})};
    const auto asked = [&](std::string_view url) {
        LoginWish wanted = wish(url);
        wanted.rule = PathRule::whole;
        wanted.server = registry_of(wanted.server);
        return titles(wanted, rows);
    };
    CHECK(asked("https://index.docker.io/v1/") == "ab");
    CHECK(asked("index.docker.io") == "ab");
    CHECK(asked("https://index.docker.io/v1/token") == "c");
}

TEST_CASE("Docker's Hub is one registry by each of its names, and by no other", "[cli][logins]") {
    for (const char* name :
         {"https://index.docker.io/v1/", "index.docker.io", "docker.io", "https://docker.io/",
          "registry-1.docker.io", "https://registry-1.docker.io/v2/", "registry.hub.docker.com"}) {
        INFO(name);
        CHECK(registry_of(*parse_web_address(name)).host == "index.docker.io");
        const WebAddress hub = registry_of(*parse_web_address(name));
        CHECK(std::string_view(name).find(registry_search(hub)) != std::string_view::npos);
    }
    for (const char* name :
         {"https://index.docker.io:8443/", "http://docker.io", "https://docker.io/team",
          "evil.docker.io", "docker.io.example.org", "hub.docker.com"}) {
        INFO(name);
        const WebAddress own = registry_of(*parse_web_address(name));
        CHECK(own.host == parse_web_address(name)->host);
        LoginWish hub = wish("https://index.docker.io/v1/");
        hub.rule = PathRule::whole;
        hub.server = registry_of(hub.server);
        CHECK(titles(hub, {row("a", "u", {name})}).empty());
    }
    CHECK(registry_search(*parse_web_address("ghcr.io")) == "ghcr.io");
}

}  // namespace sparekey::cli
