#include "tests/support/leak_home.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

namespace sparekey::tests {

LeakHome::LeakHome() {
    init();
    set({"SPAREKEY_PASSWORD_FILE=" + file("password"), "GIT_CONFIG_NOSYSTEM=1"});
    const std::string document =
        std::string(R"({"title":"Site","username":"alice","password":")") + kLeakedFormer +
        R"(","totp":")" + kLeakedSeed + R"(","recovery_codes":[")" + kLeakedCode +
        R"("],"notes":"a note that anybody may have written",)" +
        R"("fields":[{"name":"token","value":")" + kLeakedToken +
        R"(","secret":true},{"name":"pin","value":"1234","secret":true}]})";
    const Outcome added = run_bare({"add", "--stdin", "--json"}, document);
    REQUIRE(added.status == 0);
    item_ = json_text(added.out, "id");
    REQUIRE(run_bare({"edit", "Site", "--stdin"},
                     std::string(R"({"password":")") + kLeakedPassword + "\"}")
                .status == 0);
    std::filesystem::create_directory(tree());
}

void LeakHome::hide(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = tree() + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    write_text(path, text);
}

Outcome LeakHome::scan(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "scan");
    Outcome outcome = run_bare(arguments);
    CHECK(tells_nothing(outcome));
    return outcome;
}

Outcome LeakHome::git(std::vector<std::string> arguments) const {
    for (const char* const word : {"user.email=t@t.example", "-c", "user.name=t", "-c"}) {
        arguments.insert(arguments.begin(), word);
    }
    arguments.insert(arguments.begin(), tree());
    arguments.insert(arguments.begin(), "-C");
    return run_program("/usr/bin/git", arguments);
}

void LeakHome::make_repository() const {
    REQUIRE(git({"init", "-q"}).status == 0);
}

void LeakHome::commit(const std::string& message) const {
    REQUIRE(git({"add", "-A"}).status == 0);
    const Outcome committed = git({"commit", "-q", "--no-verify", "-m", message});
    INFO(committed.err);
    REQUIRE(committed.status == 0);
}

std::string LeakHome::head() const {
    return git({"rev-parse", "HEAD"}).out.substr(0, 40);
}

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

bool tells_nothing(const Outcome& outcome) {
    for (const char* const secret :
         {kLeakedPassword, kLeakedFormer, kLeakedSeed, kLeakedCode, kLeakedToken}) {
        if (has(outcome.out, secret) || has(outcome.err, secret)) return false;
    }
    return true;
}

}  // namespace sparekey::tests
