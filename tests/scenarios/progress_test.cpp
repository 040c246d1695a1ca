// Commands that look through a whole vault say on a terminal how far they are.
#include "tests/support/program.h"
#include "tests/support/pseudo_terminal.h"

#include <catch2/catch_test_macros.hpp>

#include <array>

namespace sparekey::tests {
namespace {

struct Looking {
    const char* command;
    const char* bar;
};
constexpr std::array kLooking = {Looking{"doctor", "looking the vault over ["},
                                 Looking{"health", "rating the passwords ["}};

constexpr int kItems = long_enough(10'000);  // a look at them takes longer than a bar waits
constexpr int kPasswords = 1'000;            // to rate one takes a millisecond

void fill_with_many(const Home& home) {
    std::string rows = "name,url,username,password\n";
    for (int i = 0; i < kItems; ++i) {
        rows += "site " + std::to_string(i) + ",,u,\"pass word " + std::to_string(i % kPasswords) +
                "\"\n";
    }
    write_text(home.file("c.csv"), rows);
    REQUIRE(home.run({"import", "chrome-csv", home.file("c.csv")}).status == 0);
}

std::string shown_by(const Home& home, const std::vector<std::string>& arguments) {
    PseudoTerminal run(home, arguments);
    run.finish();
    return run.shown();
}

}  // namespace

TEST_CASE("a terminal sees how far doctor and health are, with an agent and without",
          "[scenario][progress]") {
    const Home home;
    home.init();
    fill_with_many(home);
    const std::vector<std::string> alone = {"--no-agent", "--password-file", home.file("password")};
    for (const bool by_agent : {false, true}) {
        if (by_agent) REQUIRE(home.run({"unlock"}).status == 0);
        for (const Looking& looking : kLooking) {
            const auto shown = [&](const std::vector<std::string>& options) {
                std::vector<std::string> arguments = options;
                if (!by_agent) arguments.insert(arguments.end(), alone.begin(), alone.end());
                arguments.emplace_back(looking.command);
                return shown_by(home, arguments);
            };
            INFO(looking.command << (by_agent ? " by the agent" : " alone"));
            CHECK(has(shown({}), looking.bar));
            CHECK_FALSE(has(shown({"--quiet"}), looking.bar));
            CHECK_FALSE(has(shown({"--json"}), looking.bar));
            // A pipe is no terminal.
            CHECK_FALSE(has(home.run({looking.command}).err, looking.bar));
        }
    }
}

}  // namespace sparekey::tests
