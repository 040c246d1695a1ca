// `scan` of files: what is found, how it is told, and what is let be.
#include "core/base/bytes.h"
#include "tests/support/leak_home.h"
#include "tests/support/spellings.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <thread>

namespace sparekey::tests {
namespace {

/// `"kind":…,"path":…,"line":…` as a find in JSON has them.
std::string find_of(const std::string& kind, const std::string& path, int line) {
    return R"("kind":")" + kind + R"(","path":")" + path + R"(","line":)" + std::to_string(line) +
           ",";
}

std::string base64(const std::string& text) {
    return core::to_base64(core::bytes_of(text));
}

}  // namespace

TEST_CASE("every kind of a vault's secrets is found, whole and encoded", "[scenario][leaks]") {
    const LeakHome home;
    home.hide("a/env", std::string("one\nPASS='") + kLeakedPassword + "'\n");
    home.hide("former", kLeakedFormer);
    home.hide("seed", std::string("x=") + kLeakedSeed);
    home.hide("code", std::string("\n\n") + kLeakedCode);
    home.hide("auth", "Authorization: Basic " + base64(std::string("al:") + kLeakedPassword));
    home.hide("hex", core::to_hex(core::bytes_of(kLeakedToken)));
    home.hide("url", "https://al:K7%23pq9Zx%21vTT@host/");
    home.hide("clean", "nothing, and the pin 1234 neither\n");
    const Outcome found = home.scan({home.tree(), "--json"});
    CHECK(found.status == 6);
    const std::string tree = home.tree() + "/";
    CHECK(times(found.out, R"("item":")" + home.item() + "\"") == 7);
    CHECK(has(found.out, find_of("password", tree + "a/env", 2)));
    CHECK(has(found.out, find_of("former password", tree + "former", 1)));
    CHECK(has(found.out, find_of("totp", tree + "seed", 1)));
    CHECK(has(found.out, find_of("recovery_codes", tree + "code", 3)));
    CHECK(has(found.out, find_of("password", tree + "auth", 1)));
    CHECK(has(found.out, find_of("token", tree + "hex", 1)));
    CHECK(has(found.out, find_of("password", tree + "url", 1)));
    CHECK(times(found.out, R"("commit":null)") == 7);
    CHECK(has(found.out, R"("scanned":8,"skipped":0,)"));
    CHECK(has(found.out, R"("secrets":5,"too_common":1,)"));
    CHECK(has(found.err, R"("code":"conflict")"));

    const Outcome table = home.scan({home.tree()});
    CHECK(table.status == 6);
    CHECK(has(table.out, tree + "a/env:2\tpassword\tSite\t"));
    CHECK(has(table.err, "8 texts searched for 5 secrets"));
    CHECK(has(table.err, "1 secret was not looked for"));
}

TEST_CASE("the agent hands over the same secrets, and the log says so", "[scenario][leaks]") {
    const LeakHome home;
    home.hide("env", std::string(kLeakedPassword) + "\n" + kLeakedFormer);
    const Outcome alone = home.scan({home.tree(), "--json"});
    REQUIRE(home.run_bare({"unlock"}).status == 0);
    CHECK(home.scan({home.tree(), "--json"}).out == alone.out);
    const std::string log = home.run_bare({"audit", "--json"}).out;
    CHECK(times(log, R"("action":"scan","item":null,"field":null,"by":"scan")") == 2);
    CHECK(home.run_bare({"agent", "--stop"}).status == 0);
}

TEST_CASE("several scans by one agent do not disturb each other", "[scenario][leaks]") {
    const LeakHome home;
    home.hide("env", std::string(kLeakedPassword) + "\n" + kLeakedFormer);
    REQUIRE(home.run_bare({"unlock"}).status == 0);
    std::vector<Outcome> outcomes(6);
    std::vector<std::thread> threads;
    for (Outcome& outcome : outcomes) {
        threads.emplace_back([&] { outcome = home.run_bare({"scan", home.tree(), "--json"}); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const Outcome& outcome : outcomes) {
        CHECK(outcome.status == 6);
        CHECK(outcome.out == outcomes.front().out);
    }
    CHECK(times(outcomes.front().out, "\"fingerprint\"") == 2);
    CHECK(home.run_bare({"agent", "--stop"}).status == 0);
}

TEST_CASE("trashed items are looked for too", "[scenario][leaks]") {
    const LeakHome home;
    home.hide("env", kLeakedPassword);
    REQUIRE(home.run_bare({"rm", "Site"}).status == 0);
    CHECK(home.scan({home.tree()}).status == 6);
    REQUIRE(home.run_bare({"trash", "empty", "--yes"}).status == 0);
    CHECK(home.scan({home.tree()}).status == 0);
}

TEST_CASE("well-known tokens have no item, and are not printed", "[scenario][leaks]") {
    const LeakHome home;
    SeededRandom random;
    const std::string token = github_token(random);
    home.hide("ci.yml", "env:\n  TOKEN: " + token + "\n");
    const Outcome found = home.scan({home.tree(), "--json"});
    CHECK(found.status == 6);
    CHECK(has(found.out, R"({"item":null,)" + find_of("github-token", home.tree() + "/ci.yml", 2)));
    CHECK_FALSE(has(found.out + found.err, token));
    CHECK_FALSE(has(found.out + found.err, token.substr(4, 12)));
}

TEST_CASE("a clean tree is exit 0, and no place is 3", "[scenario][leaks]") {
    const LeakHome home;
    home.hide("clean", "nothing\n");
    const Outcome clean = home.scan({home.tree(), "--json"});
    CHECK(clean.status == 0);
    CHECK(clean.out.starts_with(R"({"findings":[],"scanned":1,"skipped":0,)"));
    CHECK(clean.err.empty());
    CHECK(home.scan({home.tree() + "/clean"}).status == 0);
    CHECK(home.scan({home.file("nowhere")}).status == 3);
    CHECK(home.scan({home.tree(), "--format", "xml"}).status == 2);
    CHECK(home.scan({"--git", home.tree()}).status == 3);
    CHECK(home.run_bare({"--vault", "other", "scan", home.tree()}).status == 3);
}

TEST_CASE("an allow comment and a baseline let finds be", "[scenario][leaks]") {
    const LeakHome home;
    home.hide("a", std::string(kLeakedPassword) + "  # sparekey:allow\n" + kLeakedToken + "\n");
    const Outcome first = home.scan({home.tree(), "--json"});
    CHECK(first.status == 6);
    CHECK(times(first.out, "\"fingerprint\"") == 1);
    CHECK(has(first.out, R"("allowed":1,)"));
    write_text(home.file("known"), first.out);
    const std::vector<std::string> again = {home.tree(), "--baseline", home.file("known"),
                                            "--json"};
    const Outcome known = home.scan(again);
    CHECK(known.status == 0);
    CHECK(has(known.out, R"("known":1,)"));
    // It is known wherever in the file it stands, and nowhere else; another secret is news.
    home.hide("a", std::string("moved down\n\n") + kLeakedToken + "\n");
    CHECK(home.scan(again).status == 0);
    home.hide("b", kLeakedToken);
    CHECK(home.scan(again).status == 6);
    std::filesystem::remove(home.tree() + "/b");
    home.hide("a", std::string(kLeakedToken) + "\n" + kLeakedPassword);
    const Outcome news = home.scan(again);
    CHECK(news.status == 6);
    CHECK(times(news.out, "\"fingerprint\"") == 1);

    CHECK(home.scan({home.tree(), "--baseline", home.file("nowhere")}).status == 3);
    for (const char* const nonsense :
         {"", "[]", "{}", R"({"findings":[{}]})", R"({"findings":[1]})"}) {
        write_text(home.file("known"), nonsense);
        CHECK(home.scan(again).status == 2);
    }
}

TEST_CASE("a report in SARIF has what the standard wants", "[scenario][leaks]") {
    const LeakHome home;
    SeededRandom random;
    home.hide("a b/env", std::string("\n") + kLeakedPassword + "\n" + github_token(random));
    const Outcome sarif = home.scan({home.tree(), "--format", "sarif"});
    CHECK(sarif.status == 6);
    write_text(home.file("report"), sarif.out);
    const std::string check = R"(
import json, sys
report = json.load(open(sys.argv[1]))
assert report["version"] == "2.1.0" and "sarif-schema-2.1.0" in report["$schema"]
run, = report["runs"]
driver = run["tool"]["driver"]
rules = {rule["id"] for rule in driver["rules"]}
assert driver["name"] == "sparekey" and len(rules) == len(driver["rules"])
assert [result["ruleId"] for result in run["results"]] == ["vault-secret", "github-token"]
for result, line in zip(run["results"], (2, 3)):
    assert result["ruleId"] in rules and result["level"] == "error" and result["message"]["text"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "file://" + sys.argv[2] + "/a%20b/env"
    assert place["region"]["startLine"] == line
    assert len(result["partialFingerprints"]["sparekey/v1"]) == 32
assert "Site" not in json.dumps(report)
)";
    const Outcome checked =
        home.run_program("/usr/bin/python3", {"-c", check, home.file("report"), home.tree()});
    INFO(checked.err);
    CHECK(checked.status == 0);
}

TEST_CASE("a home's histories and dotfiles are looked through, its caches are not",
          "[scenario][leaks]") {
    const LeakHome home;
    const auto put = [&](const std::string& name) {
        const std::filesystem::path path = home.file(name);
        std::filesystem::create_directories(path.parent_path());
        write_text(path, std::string("curl -u al:") + kLeakedPassword + " host\n");
    };
    const std::vector<std::string> looked = {".bash_history",
                                             ".zsh_history",
                                             ".netrc",
                                             ".config/tool/auth",
                                             ".aws/credentials",
                                             ".local/share/fish/fish_history",
                                             ".local/state/bash/history"};
    const std::vector<std::string> not_looked = {".cache/page", "Documents/letter",
                                                 ".local/share/app/data", ".cargo/registry/a"};
    for (const auto& names : {looked, not_looked}) {
        for (const std::string& name : names) put(name);
    }
    const Outcome found = home.scan({"--home", "--json"});
    CHECK(found.status == 6);
    for (const std::string& name : looked) {
        INFO(name);
        CHECK(has(found.out, find_of("password", home.file(name), 1)));
    }
    CHECK(times(found.out, "\"fingerprint\"") == looked.size());
}

TEST_CASE("a private key of the vault is found in a copy of its file", "[scenario][leaks]") {
    const LeakHome home;
    REQUIRE(home.run_bare({"add", "Key", "--type", "ssh-key", "--generate"}).status == 0);
    const std::string key = home.run_bare({"get", "Key", "private_key"}).out;
    REQUIRE(has(key, "OPENSSH"));
    home.hide("id", key);
    home.hide("id.pub", home.run_bare({"get", "Key", "public_key"}).out);
    const Outcome found = home.scan({home.tree(), "--json"});
    CHECK(found.status == 6);
    CHECK(times(found.out, R"("kind":"private_key")") == 1);
    CHECK(times(found.out, R"("kind":"private-key")") == 1);
    CHECK_FALSE(has(found.out, "id.pub"));
    CHECK_FALSE(has(found.out + found.err, key.substr(200, 20)));
}

}  // namespace sparekey::tests
