// docker-credential-sparekey, called by its name as docker does.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>

namespace sparekey::tests {
namespace {

const std::string kHub = "https://index.docker.io/v1/";

class DockerVault : public Home {
  public:
    DockerVault() {
        init();
        set({"SPAREKEY_PASSWORD_FILE=" + file("password")});
    }
    Outcome docker(const std::string& action, const std::string& input = {}) const {
        const std::string bin = std::filesystem::path(SPAREKEY_PROGRAM).parent_path().string();
        return run_program(bin + "/docker-credential-sparekey", {action}, input);
    }
    Outcome store(const std::string& server, const std::string& user,
                  const std::string& secret) const {
        return docker("store", R"({"ServerURL":")" + server + R"(","Username":")" + user +
                                   R"(","Secret":")" + secret + "\"}\n");
    }
    /// "USER SECRET", or what docker is told instead.
    std::string get(const std::string& server) const {
        const Outcome outcome = docker("get", server + "\n");
        if (outcome.status != 0) return outcome.out;
        CHECK(json_text(outcome.out, "ServerURL") == server);
        return json_text(outcome.out, "Username") + " " + json_text(outcome.out, "Secret");
    }
    std::string titles() const { return run_bare({"find"}).out; }
};

const std::string kNone = "credentials not found in native keychain\n";

}  // namespace

TEST_CASE("docker stores, gets, lists and erases a login", "[scenario][docker]") {
    const DockerVault home;
    CHECK(home.docker("list").out == "{}\n");
    const Outcome stored = home.store(kHub, "<token>", "secret");
    CHECK(stored.status == 0);
    CHECK(stored.out.empty());
    CHECK(home.get(kHub) == "<token> secret");
    REQUIRE(home.store("ghcr.io", "bob", "two").status == 0);
    CHECK(home.docker("list").out == "{\"ghcr.io\":\"bob\",\"" + kHub + "\":\"<token>\"}\n");
    CHECK(home.docker("erase", kHub + "\n").status == 0);
    CHECK(home.get(kHub) == kNone);
    CHECK(home.docker("list").out == "{\"ghcr.io\":\"bob\"}\n");
    CHECK(has(home.run_bare({"trash"}).out, "index.docker.io"));
    CHECK(home.docker("erase", kHub).status == 0);
    CHECK(home.get("ghcr.io") == "bob two");
    CHECK(home.docker("version").out.starts_with("docker-credential-sparekey "));
}

TEST_CASE("Docker's Hub has one login, by whichever of its names", "[scenario][docker]") {
    const DockerVault home;
    REQUIRE(home.store("docker.io", "bob", "one").status == 0);
    CHECK(home.get(kHub) == "bob one");
    REQUIRE(home.store(kHub, "bob", "two").status == 0);
    CHECK(home.get("registry-1.docker.io") == "bob two");
    CHECK(home.get("https://registry.hub.docker.com/v2/") == "bob two");
    CHECK(home.get("hub.docker.example.org") == kNone);
    REQUIRE(home.docker("erase", "registry-1.docker.io").status == 0);
    CHECK(home.get("docker.io") == kNone);
}

TEST_CASE("docker is told what went wrong in its own words", "[scenario][docker]") {
    DockerVault home;
    const auto told = [&](const std::string& action, const std::string& input) {
        const Outcome outcome = home.docker(action, input);
        CHECK(outcome.status == 1);
        return outcome.out;
    };
    CHECK(told("get", kHub) == kNone);
    CHECK(told("get", " \n") == "no credentials server URL\n");
    CHECK(told("erase", "") == "no credentials server URL\n");
    CHECK(told("store", R"({"Username":"u","Secret":"s"})") == "no credentials server URL\n");
    CHECK(told("store", R"({"ServerURL":"s","Secret":"s"})") == "no credentials username\n");
    CHECK(has(told("store", "{"), "JSON"));
    CHECK(has(told("bogus", ""), "bogus"));
    home.unset("SPAREKEY_PASSWORD_FILE");
    const Outcome locked = home.docker("get", kHub);
    CHECK(locked.status == 5);
    CHECK(has(locked.out, "locked"));
}

TEST_CASE("docker has one login a server, and the one before stays in the vault",
          "[scenario][docker]") {
    const DockerVault home;
    home.store(kHub, "alice", "a");
    home.store(kHub, "bob", "b");
    CHECK(home.get(kHub) == "bob b");
    CHECK(home.docker("list").out == "{\"" + kHub + "\":\"bob\"}\n");
    home.store(kHub, "alice", "a2");
    CHECK(home.get(kHub) == "alice a2");
    CHECK(home.run_bare({"find", "--json", "--tag", "docker-logout"}).out.find("bob") !=
          std::string::npos);
    const std::string listed = home.titles();
    CHECK(std::count(listed.begin(), listed.end(), '\n') == 2);
    CHECK(has(home.run_bare({"history", "index.docker.io/alice", "--json"}).out, "\"a\""));
}

TEST_CASE("a person's own item answers docker, and a logout does not take it away",
          "[scenario][docker]") {
    const DockerVault home;
    REQUIRE(home.run_bare({"add", "--stdin"}, R"({"title":"Registry","username":"carol",
        "password":"c","notes":"mine","urls":["https://registry.example:5000"]})")
                .status == 0);
    CHECK(home.get("registry.example:5000") == "carol c");
    CHECK(home.get("https://registry.example:5000/v2/") == "carol c");
    CHECK(home.get("registry.example") == kNone);
    CHECK(home.docker("list").out == "{}\n");
    CHECK(home.docker("erase", "registry.example:5000").status == 0);
    CHECK(home.get("registry.example:5000") == kNone);
    CHECK(has(home.titles(), "Registry"));
    home.store("registry.example:5000", "carol", "c2");
    CHECK(home.get("registry.example:5000") == "carol c2");
    home.docker("erase", "registry.example:5000");
    CHECK(home.run_bare({"get", "Registry", "notes"}).out == "mine\n");

    home.run_bare({"add", "--stdin"}, R"({"title":"X","username":"x","password":"x",
        "urls":["https://two.example"]})");
    home.run_bare({"add", "--stdin"}, R"({"title":"Y","username":"y","password":"y",
        "urls":["https://two.example"]})");
    CHECK(home.get("two.example") == kNone);
}

}  // namespace sparekey::tests
