// `scan` of git's history and of what is staged, and the hook; beside git itself.
#include "core/base/bytes.h"
#include "tests/support/leak_home.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <filesystem>

namespace sparekey::tests {
namespace {

class GitHome : public LeakHome {
  public:
    GitHome() { make_repository(); }
    Outcome history() const { return scan({"--git", tree(), "--json"}); }
    Outcome staged() const { return scan({"--staged", tree(), "--json"}); }
    std::string hook() const { return tree() + "/.git/hooks/pre-commit"; }
    void stage() const { REQUIRE(git({"add", "-A"}).status == 0); }
    Outcome try_commit() const { return git({"commit", "-q", "-m", "x"}); }
};

std::string in_commit(const std::string& path, int line, const std::string& commit) {
    return R"("path":")" + path + R"(","line":)" + std::to_string(line) + R"(,"commit":")" +
           commit + "\"";
}

}  // namespace

TEST_CASE("a secret is found in the commit that brought it, wherever it is now",
          "[scenario][leaks]") {
    const GitHome home;
    home.hide("app/env", "clean\n");
    home.commit("one");
    home.hide("app/env", std::string("clean\nP=") + kLeakedPassword + "\n");
    home.commit("two");
    const std::string brought = home.head();
    home.hide("app/env", std::string("more\nclean\nP=") + kLeakedPassword + "\n");
    home.commit("three");
    home.hide("app/env", "clean again\n");
    home.commit("four");
    const Outcome found = home.history();
    CHECK(found.status == 6);
    CHECK(times(found.out, "\"fingerprint\"") == 1);
    CHECK(has(found.out, in_commit("app/env", 2, brought)));
    CHECK(has(found.out, R"("scanned":8,)"));  // versions and messages
    CHECK(home.scan({home.tree()}).status == 0);
    home.hide("b", "clean");
    home.commit(std::string("five\n\nthe password is ") + kLeakedPassword);
    CHECK(has(home.history().out, in_commit("(commit message)", 3, home.head())));
}

TEST_CASE("branches, tags, stashes and packs are all of the history", "[scenario][leaks]") {
    const GitHome home;
    home.hide("a", "clean\n");
    home.commit("one");
    const auto branch = [&](const std::string& name) {
        REQUIRE(home.git({"checkout", "-q", "-b", name}).status == 0);
    };
    const auto back = [&] { REQUIRE(home.git({"checkout", "-q", "-"}).status == 0); };
    branch("side");
    home.hide("on-branch", kLeakedPassword);
    home.commit("side");
    back();
    branch("short");
    home.hide("on-tag", kLeakedToken);
    home.commit("tagged");
    REQUIRE(home.git({"tag", "-a", "-m", "v1", "v1"}).status == 0);
    back();
    REQUIRE(home.git({"branch", "-q", "-D", "short"}).status == 0);
    for (const char* const secret : {kLeakedSeed, kLeakedCode}) {
        home.hide("a", secret);
        REQUIRE(home.git({"stash", "-q"}).status == 0);
    }
    REQUIRE(home.git({"gc", "-q"}).status == 0);
    const Outcome found = home.history();
    CHECK(found.status == 6);
    for (const char* const kind : {"password", "token", "totp", "recovery_codes"}) {
        INFO(kind);
        CHECK(times(found.out, std::string(R"("kind":")") + kind + "\"") == 1);
    }
    CHECK(has(found.out, R"("damaged":0)"));
}

TEST_CASE("broken and missing objects are counted, and the rest is searched", "[scenario][leaks]") {
    const GitHome home;
    home.hide("a", kLeakedPassword);
    home.hide("b", "broken");
    home.hide("c", "missing");
    home.hide("folder/d", kLeakedToken);
    home.commit("one");
    const auto object = [&](const std::string& name) {
        const std::string id = home.git({"rev-parse", "HEAD:" + name}).out;
        return home.tree() + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2, 38);
    };
    const std::string broken = object("b"), missing = object("c"), folder = object("folder");
    std::filesystem::permissions(broken, std::filesystem::perms::owner_all);
    write_text(broken, "nonsense");
    std::filesystem::remove(missing);
    std::filesystem::remove(folder);
    const Outcome found = home.history();
    CHECK(found.status == 6);
    CHECK(times(found.out, R"("kind":"password")") == 1);
    CHECK(times(found.out, R"("kind":"token")") == 0);
    CHECK(has(found.out, R"("damaged":3)"));
}

TEST_CASE("a shallow clone, a worktree and a submodule are no damage", "[scenario][leaks]") {
    const GitHome home;
    home.hide("a", "one\n");
    home.commit("one");
    home.hide("a", kLeakedPassword);
    home.commit("two");
    REQUIRE(home.git({"-c", "protocol.file.allow=always", "submodule", "-q", "add",
                      "file://" + home.tree(), "inner"})
                .status == 0);
    home.commit("three");
    REQUIRE(home.git({"worktree", "add", "-q", home.file("beside"), "-b", "beside"}).status == 0);
    CHECK(has(home.scan({"--git", home.file("beside"), "--json"}).out, R"("damaged":0)"));
    REQUIRE(home.git({"clone", "-q", "--depth", "1", "file://" + home.tree(), home.file("shallow")})
                .status == 0);
    const Outcome found = home.scan({"--git", home.file("shallow"), "--json"});
    CHECK(found.status == 6);
    CHECK(has(found.out, R"("damaged":0)"));
}

TEST_CASE("what is staged counts, not what lies in the folder", "[scenario][leaks]") {
    const GitHome home;
    CHECK(home.staged().status == 0);
    home.hide("a", std::string("x\n") + kLeakedPassword);
    CHECK(home.staged().status == 0);
    home.stage();
    home.hide("a", "clean again");
    const Outcome found = home.staged();
    CHECK(found.status == 6);
    CHECK(has(found.out, R"("path":"a","line":2,"commit":null)"));
    home.hide("a", std::string("x\n") + kLeakedPassword);
    home.commit("one");
    home.hide("b", "clean");
    home.stage();
    const Outcome clean = home.staged();
    CHECK(clean.status == 0);
    CHECK(has(clean.out, R"("scanned":1,)"));
}

TEST_CASE("the hook stops a commit with a secret and lets others be", "[scenario][leaks]") {
    GitHome home;
    REQUIRE(home.scan({"--install-hook", home.tree()}).status == 0);
    const std::string text = read_text(home.hook());
    struct stat status {};
    REQUIRE(::stat(home.hook().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0755);
    CHECK(home.scan({"--install-hook", home.tree()}).status == 0);
    CHECK(read_text(home.hook()) == text);
    REQUIRE(home.run_bare({"unlock"}).status == 0);
    home.unset("SPAREKEY_PASSWORD_FILE");

    home.hide("a", "clean");
    home.stage();
    const Outcome clean = home.try_commit();
    INFO(clean.err);
    CHECK(clean.status == 0);
    home.hide("a", kLeakedPassword);
    home.stage();
    const Outcome stopped = home.try_commit();
    CHECK(stopped.status != 0);
    CHECK(has(stopped.out + stopped.err, "a:1"));
    CHECK(tells_nothing(stopped));
    // git commit -a has an index of its own.
    REQUIRE(home.git({"reset", "-q", "--hard"}).status == 0);
    home.hide("a", kLeakedPassword);
    CHECK(home.git({"commit", "-q", "-a", "-m", "x"}).status != 0);
    CHECK(home.git({"commit", "-q", "-m", "x", "a"}).status != 0);
    CHECK(home.git({"commit", "-q", "--no-verify", "-a", "-m", "x"}).status == 0);
    CHECK(home.run_bare({"agent", "--stop"}).status == 0);
}

TEST_CASE("with a locked vault the hook stops the commit and asks for nothing",
          "[scenario][leaks]") {
    GitHome home;
    REQUIRE(home.scan({"--install-hook", home.tree()}).status == 0);
    home.unset("SPAREKEY_PASSWORD_FILE");
    home.hide("a", "clean");
    home.stage();
    const Outcome stopped = home.try_commit();
    CHECK(stopped.status != 0);
    CHECK(has(stopped.err, "sparekey unlock"));
    const Outcome locked = home.run_bare({"scan", "--staged", home.tree(), "--json"});
    CHECK(locked.status == 5);
    CHECK(has(locked.err, R"("code":"locked")"));
}

TEST_CASE("a hook of somebody else's is left alone",
          "[scenario][leaks][mutant:scan-foreign-hook]") {
    const GitHome home;
    std::filesystem::create_directories(home.tree() + "/.git/hooks");
    write_text(home.hook(), "#!/bin/sh\nmake check\n");
    const Outcome refused = home.scan({"--install-hook", home.tree()});
    CHECK(refused.status == 6);
    CHECK(has(refused.err, "scan --staged </dev/null || exit"));
    CHECK(read_text(home.hook()) == "#!/bin/sh\nmake check\n");
}

TEST_CASE("the hook goes where core.hooksPath says", "[scenario][leaks]") {
    const GitHome home;
    REQUIRE(home.git({"config", "core.hooksPath", "my hooks"}).status == 0);
    const Outcome installed = home.run_bare({"scan", "--install-hook", home.tree(), "--json"});
    CHECK(installed.status == 0);
    CHECK(has(installed.out, "my hooks/pre-commit"));
    CHECK(std::filesystem::exists(home.tree() + "/my hooks/pre-commit"));
    CHECK_FALSE(std::filesystem::exists(home.hook()));
    home.hide("a", kLeakedPassword);
    home.stage();
    CHECK(home.try_commit().status != 0);
}

}  // namespace sparekey::tests
