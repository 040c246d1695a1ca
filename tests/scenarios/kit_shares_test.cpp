// `kit split` and `kit combine`: paper that several people hold, from the vault and back to it.
#include "tests/support/program.h"
#include "tests/support/pseudo_terminal.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <sstream>

namespace sparekey::tests {
namespace {

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
}

std::vector<std::string> split(const Home& home, const std::string& count,
                               const std::string& threshold) {
    const Outcome made = home.run({"kit", "split", "--shares", count, "--threshold", threshold});
    REQUIRE(made.status == 0);
    CHECK(has(made.err, "any " + threshold + " of these " + count));
    const std::vector<std::string> shares = lines(made.out);
    REQUIRE(shares.size() == std::stoul(count));
    return shares;
}

Outcome combine(const Home& home, const std::string& input) {
    return home.run_bare({"kit", "combine", "--stdin"}, input);
}

}  // namespace

TEST_CASE("shares come together to the code, which opens the vault and sets a new password",
          "[scenario][share]") {
    const Home home;
    const std::string kit = home.init();
    home.run({"add", "Mail", "--generate"});
    const std::vector<std::string> shares = split(home, "5", "3");

    const Home elsewhere;  // where there is no vault, and no password
    const Outcome code =
        combine(elsewhere, shares[4] + "\n\n  " + shares[0] + "\r\n" + shares[2] + "\n");
    REQUIRE(code.status == 0);
    CHECK(code.out == json_text(kit, "recovery_code") + "\n");
    const Outcome json = home.run_bare({"kit", "combine", "--stdin", "--json"},
                                       shares[1] + "\n" + shares[2] + "\n" + shares[3]);
    CHECK(json.out == "{\"recovery_code\":\"" + json_text(kit, "recovery_code") + "\"}\n");

    write_text(home.file("code"), code.out);
    write_text(home.file("new"), "another password\n");
    REQUIRE(home.run_bare({"passwd", "--recovery-file", home.file("code"), "--new-password-file",
                           home.file("new")})
                .status == 0);
    CHECK(home.run_bare({"find", "mail", "--password-file", home.file("new")}).status == 0);
    CHECK(home.run({"find"}).status == 5);
}

TEST_CASE("a share that is mistyped, foreign, there twice or missing is named",
          "[scenario][share]") {
    const Home home;
    home.init();
    const std::vector<std::string> shares = split(home, "4", "3");
    const std::vector<std::string> others = split(home, "4", "3");
    CHECK(shares != others);

    std::string wrong = shares[1];
    wrong[10] = wrong[10] == 'Q' ? 'P' : 'Q';
    const Outcome mistyped = combine(home, shares[0] + "\n" + wrong + "\n" + shares[2]);
    CHECK(mistyped.status == 2);
    CHECK(
        has(mistyped.err, "line 2: this is not a share of a recovery code: a character is wrong"));

    const Outcome foreign = combine(home, shares[0] + "\n" + shares[1] + "\n" + others[2]);
    CHECK(foreign.status == 5);
    CHECK(has(foreign.err, "line 3 is of another set"));

    const Outcome repeated = combine(home, shares[0] + "\n" + shares[1] + "\n" + shares[0]);
    CHECK(repeated.status == 5);
    CHECK(has(repeated.err, "line 3 is share 1 again, like line 1"));

    const Outcome few = combine(home, shares[3] + "\n" + shares[1]);
    CHECK(few.status == 5);
    CHECK(few.out.empty());
    CHECK(has(few.err, "too few shares: 2 of 3 are there"));
    CHECK(combine(home, "").status == 5);
    CHECK(combine(home, "KS-NONSENSE\n").status == 2);
}

TEST_CASE("shares of a code that was replaced open nothing", "[scenario][share]") {
    const Home home;
    home.init();
    const std::vector<std::string> shares = split(home, "2", "2");
    const std::string listed = home.run_bare({"slots", "list"}).out;
    const auto line = listed.substr(0, listed.find("\trecovery"));
    REQUIRE(home.run({"slots", "remove", line.substr(line.rfind('\n') + 1), "--yes"}).status == 0);
    CHECK(home.run({"kit", "split", "--shares", "2", "--threshold", "2"}).status == 6);
    const Outcome code = combine(home, shares[0] + "\n" + shares[1]);
    REQUIRE(code.status == 0);
    CHECK(home.run({"kit", "drill", "--stdin"}, code.out).status == 5);
}

TEST_CASE("splitting asks for the password, and for sensible numbers", "[scenario][share]") {
    const Home home;
    home.init();
    REQUIRE(home.run({"unlock"}).status == 0);
    CHECK(home.run_bare({"kit", "split", "--shares", "3", "--threshold", "2"}).status == 5);
    REQUIRE(home.run({"agent", "--stop"}).status == 0);
    using Line = std::vector<std::string>;
    for (const Line& numbers :
         {Line{}, Line{"--shares", "3"}, Line{"--threshold", "2"},
          Line{"--shares", "3", "--threshold", "1"}, Line{"--shares", "2", "--threshold", "3"},
          Line{"--shares", "256", "--threshold", "2"}, Line{"--shares", "-3", "--threshold", "2"},
          Line{"--shares", "3x", "--threshold", "2"}}) {
        Line command = {"kit", "split"};
        command.insert(command.end(), numbers.begin(), numbers.end());
        CHECK(home.run(command).status == 2);
    }
    CHECK(home.run({"kit", "--shares", "3"}).status == 2);
    CHECK(home.run({"kit", "combine", "x", "--stdin"}).status == 2);
    CHECK(home.run_bare({"kit", "combine"}).status == 5);
}

TEST_CASE("the sheets have each share as a text and as a QR code that a scanner reads",
          "[scenario][share]") {
    const Home home;
    const std::string kit = home.init();
    const std::string path = home.file("shares.html");
    const Outcome made =
        home.run({"kit", "split", path, "--shares", "3", "--threshold", "2", "--json"});
    REQUIRE(made.status == 0);
    struct stat about;
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    CHECK(home.run({"kit", "split", path, "--shares", "3", "--threshold", "2"}).status == 6);

    const std::string page = read_text(path);
    CHECK(has(page, json_text(kit, "vault_id")));
    std::string scanned;
    for (std::size_t at = page.find("<svg"); at != std::string::npos;
         at = page.find("<svg", at + 1)) {
        write_text(home.file("code.svg"), page.substr(at, page.find("</svg>", at) + 6 - at));
        REQUIRE(home.run_program("/usr/bin/rsvg-convert",
                                 {"-w", "600", "-o", home.file("code.png"), home.file("code.svg")})
                    .status == 0);
        const Outcome read =
            home.run_program("/usr/bin/zbarimg", {"-q", "--raw", home.file("code.png")});
        REQUIRE(read.status == 0);
        CHECK(has(page, "<div class=\"code\">" + read.out.substr(0, read.out.size() - 1)));
        CHECK(has(made.out, "\"" + read.out.substr(0, read.out.size() - 1) + "\""));
        scanned += read.out;
    }
    CHECK(lines(scanned).size() == 3);
    CHECK(combine(home, scanned).out == json_text(kit, "recovery_code") + "\n");
}

TEST_CASE("shares are typed one after the other, and a slip is said at once", "[scenario][share]") {
    const Home home;
    const std::string kit = home.init();
    const std::vector<std::string> shares = split(home, "3", "2");
    PseudoTerminal combined(home, {"kit", "combine"}, 120);
    REQUIRE(combined.wait_for("Share 1: "));
    CHECK_FALSE(combined.echoes());
    combined.type("KS-1\n");
    REQUIRE(combined.wait_for("too short"));
    REQUIRE(combined.wait_for("Share 1: "));
    combined.type(shares[2] + "\n");
    REQUIRE(combined.wait_for("Share 2 of 2: "));
    combined.type(shares[2] + "\n");
    REQUIRE(combined.wait_for("is share 3 again"));
    REQUIRE(combined.wait_for("Share 2 of 2: "));
    combined.type(shares[0] + "\n");
    CHECK(combined.wait_for(json_text(kit, "recovery_code")));
    CHECK(combined.finish() == 0);
    CHECK_FALSE(has(combined.shown(), shares[0]));
}

}  // namespace sparekey::tests
