#include "tests/support/keyed_home.h"

#include <catch2/catch_test_macros.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sparekey::tests {
namespace {

constexpr const char* kToken = R"({"title":"Token","totp":"JBSWY3DPEHPK3PXP"})";

}  // namespace

void never_hang(Home& home) {
    home.in_child = [] { ::alarm(30); };
}

void make_vault(Home& home) {
    never_hang(home);
    home.init();
    REQUIRE(home.run({"slots", "add", "keyfile", home.file("key")}).status == 0);
}

Words keyed(const Home& home, Words arguments) {
    arguments.push_back("--key-file");
    arguments.push_back(home.file("key"));
    return arguments;
}

Outcome run(const Home& home, const Words& arguments, const std::string& input) {
    return home.run_bare(keyed(home, arguments), input);
}

void add_usual_items(const Home& home) {
    REQUIRE(run(home, {"add", "Kept", "--username", "first", "--generate"}).status == 0);
    REQUIRE(run(home, {"edit", "kept", "--username", "old"}).status == 0);
    REQUIRE(run(home, {"add", "--stdin"}, kToken).status == 0);
}

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

std::size_t titled(const Home& home, const std::string& start) {
    const Outcome found = run(home, {"find", "--json"});
    INFO(found.err);
    REQUIRE(found.status == 0);
    return occurrences(found.out, "\"title\":\"" + start);
}

std::string csv_of(const std::string& prefix, int rows) {
    std::string csv = "name,url,username,password\n";
    for (int i = 0; i < rows; ++i) {
        csv += prefix + "-" + std::to_string(i) + ",https://example.com,u,p\n";
    }
    return csv;
}

void expect_opens(const Home& home, const std::string& vault, const Words& credential) {
    // The first writes the note of the last change, which the second misses otherwise.
    for (const char* command : {"find", "doctor"}) {
        Words open = {"--vault", vault, command};
        open.insert(open.end(), credential.begin(), credential.end());
        const Outcome opened = home.run_bare(open);
        INFO(command << ": " << opened.out << opened.err);
        CHECK(opened.status == 0);
    }
}

bool is_done_or_full(const Outcome& outcome) {
    if (outcome.status == 0) return true;
    return outcome.status == 1 &&
           (has(outcome.err, "disk is full") || has(outcome.err, "No space left"));
}

int begin(const Home& home, const Words& arguments, const std::string& log, int input) {
    const pid_t child = ::fork();
    if (child == 0) {
        const int in = input >= 0 ? input : ::open("/dev/null", O_RDONLY);
        const int out = ::open(home.file(log).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(in, 0);
        ::dup2(out, 1);
        ::dup2(out, 2);
        ::setsid();
        home.become(arguments);
    }
    return child;
}

int status_of(int child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace sparekey::tests
