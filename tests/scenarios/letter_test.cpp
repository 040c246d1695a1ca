// The interface to the letter, where an audit found it to be something else.
#include "tests/support/running_command.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace sparekey::tests {

TEST_CASE("tables of old values conceal them in a pipe, too", "[scenario][letter]") {
    const Home home;
    home.init();
    REQUIRE(
        home.run({"add", "Bank", "--stdin"}, R"({"title":"Bank","password":"first-one"})").status ==
        0);
    REQUIRE(home.run({"edit", "Bank", "--stdin"}, R"({"password":"second-one"})").status == 0);
    const Outcome table = home.run({"history", "Bank"});
    CHECK(has(table.out, "password@1\t"));
    CHECK_FALSE(has(table.out, "first-one"));
    CHECK(has(home.run({"history", "Bank", "--reveal"}).out, "password@1\tfirst-one\t"));
    CHECK(has(home.run({"history", "Bank", "--json"}).out, R"("value":"first-one")"));
    CHECK(home.run({"get", "Bank", "password"}).out == "second-one\n");
}

TEST_CASE("a vault's folder that is open to others is mended with a warning by every command",
          "[scenario][letter]") {
    const Home home;
    home.init();
    REQUIRE(home.run({"add", "Bank", "--generate"}).status == 0);
    const std::string folder = home.vault_folder();
    const auto warns = [&](const std::vector<std::string>& command) {
        ::chmod(folder.c_str(), 0755);
        const Outcome outcome = home.run(command);
        struct stat status {};
        ::stat(folder.c_str(), &status);
        INFO(command.front() << ": " << outcome.err);
        CHECK(outcome.status == 0);
        CHECK(has(outcome.err, "was open to others; it is 0700 now"));
        CHECK((status.st_mode & 0777) == 0700);
    };
    warns({"status"});
    warns({"slots"});
    warns({"backup", home.file("backup")});
    warns({"find"});
    warns({"unlock"});
    warns({"get", "Bank", "title"});  // the agent's answer
    warns({"lock", "--vault", "default"});
}

TEST_CASE("an interrupt is exit 130 and said so, wherever it comes", "[scenario][letter]") {
    const Home home;
    home.init();
    for (const bool json : {false, true}) {
        std::vector<std::string> words{"add", "--stdin", "--password-file", home.file("password")};
        if (json) words.emplace_back("--json");
        RunningCommand waiting(home, words);
        waiting.interrupt();
        const Outcome outcome = waiting.finish();
        CHECK(outcome.status == 130);
        CHECK(outcome.err ==
              (json ? R"({"error":{"code":"interrupted","message":"interrupted","hint":""}})"
                      "\n"
                    : "sparekey: interrupted\n"));
    }
    CHECK(home.run({"find", "--json"}).out == "[]\n");
}

TEST_CASE("the agent is met in a folder whose path is longer than a socket's address",
          "[scenario][letter][agent]") {
    Home home;
    home.init();
    REQUIRE(home.run({"add", "Bank", "--username", "me", "--generate"}).status == 0);
    const std::string folder = home.file(std::string(120, 'r'));
    std::filesystem::create_directory(folder);
    ::chmod(folder.c_str(), 0700);
    home.environment["XDG_RUNTIME_DIR"] = folder;
    REQUIRE(home.run({"unlock"}).status == 0);
    CHECK(home.run_bare({"get", "Bank", "username"}).out == "me\n");
    CHECK(has(home.run_bare({"ssh-agent"}).err, "too long"));  // for ssh, which has it by its path
    CHECK(home.run_bare({"lock"}).status == 0);
    CHECK(home.run_bare({"get", "Bank", "username"}).status == 5);
    CHECK(home.run_bare({"agent", "--stop"}).status == 0);
    CHECK_FALSE(std::filesystem::exists(folder + "/sparekey/agent.sock"));
}

TEST_CASE("an export of ours is not taken for another program's", "[scenario][letter]") {
    const Home home;
    home.init();
    REQUIRE(home.run({"add", "Bank", "--generate"}).status == 0);
    const std::string file = home.file("own.json");
    REQUIRE(home.run({"export", "--yes", "--output", file}).status == 0);
    const Outcome refused = home.run({"import", "bitwarden-json", file});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "sparekey import json"));
    CHECK(home.run({"import", "json", file}).status == 0);
}

TEST_CASE("an import's report has its six members, and a seventh only if something was recognised",
          "[scenario][letter]") {
    const Home home;
    home.init();
    write_text(home.file("rows"), "name,url,username,password\nBank,https://b.example,al,pw\n");
    CHECK(home.run({"import", "chrome-csv", home.file("rows"), "--json"}).out ==
          R"({"format":"chrome-csv","created":1,"updated":0,"unchanged":0,"skipped":[],)"
          R"("unmapped":[]})"
          "\n");
}

TEST_CASE("lock of a vault that is not there says so", "[scenario][letter]") {
    const Home home;
    home.init();
    CHECK(home.run_bare({"lock", "--vault", "nowhere"}).status == 3);
    CHECK(home.run_bare({"lock"}).status == 0);
}

}  // namespace sparekey::tests
