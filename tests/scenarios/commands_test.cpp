// The commands as INTERFACE has them: what they print, and how they end.
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

namespace sparekey::tests {

TEST_CASE("a vault is made, filled, read, edited and put right again", "[scenario]") {
    const Home home;
    const std::string kit = home.init();
    CHECK(json_text(kit, "vault_id").size() == 26);
    CHECK(json_text(kit, "secret_key").starts_with("SK-"));
    CHECK(json_text(kit, "recovery_code").starts_with("RC-"));
    CHECK(home.run({"init"}).status == 6);

    const Outcome added = home.run({"add", "--stdin", "--json"},
                                   R"({"title":"Bank","username":"bob","password":"hunter2",
                                       "totp":"JBSWY3DPEHPK3PXP","urls":["https://bank.example"],
                                       "fields":[{"name":"pin","value":"1234","secret":true}]})");
    REQUIRE(added.status == 0);
    CHECK(added.out.find("hunter2") == std::string::npos);
    CHECK(added.out.find("1234") == std::string::npos);
    const std::string id = json_text(added.out, "id");

    CHECK(home.run({"get", "bank", "password"}).out == "hunter2\n");
    CHECK(home.run({"get", "BANK/bob", "pin"}).out == "1234\n");
    CHECK(home.run({"get", id, "username"}).out == "bob\n");
    CHECK(home.run({"get", "bank.example", "url"}).out == "https://bank.example\n");
    CHECK(home.run({"get", "bank", "totp"}).out.size() == 7);
    CHECK(home.run({"get", "bank", "notes"}).status == 3);

    CHECK(home.run({"edit", "bank", "--stdin"}, R"({"password":"new"})").status == 0);
    CHECK(home.run({"get", "bank", "password"}).out == "new\n");
    CHECK(home.run({"history", "bank", "--json"}).out.find("hunter2") != std::string::npos);
    CHECK(home.run({"history", "bank", "--revert", "password@1"}).status == 0);
    CHECK(home.run({"get", "bank", "password"}).out == "hunter2\n");
    CHECK(home.run({"history", "bank", "--revert", "password@9"}).status == 3);

    CHECK(home.run({"rm", "bank"}).status == 0);
    CHECK(home.run({"get", "bank"}).status == 3);
    CHECK(home.run({"find", "--json"}).out == "[]\n");
    CHECK(home.run({"restore", "bank"}).status == 0);
    CHECK(home.run({"get", "bank", "password"}).out == "hunter2\n");
    CHECK(home.run({"rm", "bank"}).status == 0);
    CHECK(home.run({"trash", "empty"}).status == 2);
    CHECK(home.run({"trash", "empty", "--yes"}).status == 0);
    CHECK(home.run({"restore", "bank"}).status == 3);
}

TEST_CASE("a custom field called like a built-in one has its own history", "[scenario]") {
    const Home home;
    home.init();
    const auto both = [](const std::string& own, const std::string& custom) {
        return R"({"title":"two","password":")" + own +
               R"(","fields":[{"name":"password","value":")" + custom + "\"}]}";
    };
    REQUIRE(home.run({"add", "--stdin"}, both("own 1", "custom 1")).status == 0);
    REQUIRE(home.run({"edit", "two", "--stdin"}, both("own 1", "custom 2")).status == 0);
    REQUIRE(home.run({"edit", "two", "--stdin"}, both("own 2", "custom 2")).status == 0);
    const std::string history = home.run({"history", "two", "--json"}).out;
    CHECK(has(history, R"({"n":1,"field":"password","value":"own 1")"));
    CHECK(has(history, R"({"n":1,"field":"fields/password","value":"custom 1")"));
    CHECK(home.run({"get", "two", "fields/password"}).out == "custom 2\n");
    CHECK(home.run({"get", "two", "password"}).out == "own 2\n");
    REQUIRE(home.run({"history", "two", "--revert", "fields/password@1"}).status == 0);
    CHECK(home.run({"get", "two", "fields/password"}).out == "custom 1\n");
    CHECK(home.run({"get", "two", "password"}).out == "own 2\n");
}

TEST_CASE("commands end with the codes that are promised", "[scenario]") {
    const Home home;
    CHECK(home.run({"get", "x"}).status == 3);
    home.init();
    REQUIRE(home.run({"add", "Mail", "--username", "one", "--generate"}).status == 0);
    REQUIRE(home.run({"add", "Mail", "--generate=words:4", "--username", "two"}).status == 0);

    const Outcome both = home.run({"get", "mail", "--json"});
    CHECK(both.status == 4);
    CHECK(both.err.find("\"code\":\"ambiguous\"") != std::string::npos);
    CHECK(both.err.find("\"username\":\"one\"") != std::string::npos);
    CHECK(home.run({"get", "mail/two", "username"}).out == "two\n");

    CHECK(home.run({"nonsense"}).status == 2);
    CHECK(home.run({"get"}).status == 2);
    CHECK(home.run({"get", "a", "b", "c"}).status == 2);
    CHECK(home.run({"find", "--nonsense"}).status == 2);
    CHECK(home.run({"--vault", "Not/A/Name", "find"}).status == 2);
    CHECK(home.run({"find", "nothing-like-it", "--json"}).out == "[]\n");
    CHECK(home.run({"add", "--stdin"}, R"({"title":"x","colour":"red"})").status == 2);
    CHECK(home.run({"add", "--stdin"}, "{\"title\":\"\xff\"}").status == 2);
    CHECK(home.run({"add", "--stdin"}, R"({"title":"a\u0000b"})").status == 2);
    CHECK(home.run({"add", "--stdin"}, "{").status == 2);
    CHECK(home.run({"add", "x", "--sign-in-with", "nonsense"}).status == 2);

    const Outcome no_source = home.run_bare({"find"});
    CHECK(no_source.status == 5);
    CHECK(no_source.err.find("--password-file") != std::string::npos);
    write_text(home.file("wrong"), "wrong\n");
    const Outcome wrong = home.run_bare({"find", "--json", "--password-file", home.file("wrong")});
    CHECK(wrong.status == 5);
    CHECK(wrong.err.find("\"code\":\"locked\"") != std::string::npos);
    CHECK(home.run_bare({"find", "--password-file", home.file("missing")}).status == 3);
    CHECK(
        home.run_bare({"find", "--password-file", "-"}, "correct horse battery staple\n").status ==
        0);
}

TEST_CASE("options of the program stand before or after the command", "[scenario]") {
    const Home home;
    home.init();
    CHECK(home.run_bare({"--password-file", home.file("password"), "--json", "find"}).out ==
          "[]\n");
    CHECK(home.run_bare({"find", "--json", "--password-file=" + home.file("password")}).out ==
          "[]\n");
    const Outcome stdin_both =
        home.run_bare({"add", "--password-file", "-", "--stdin"},
                      "correct horse battery staple\n{\"title\":\"Piped\",\"password\":\"p\"}");
    CHECK(stdin_both.status == 0);
    CHECK(home.run({"get", "piped", "password"}).out == "p\n");
}

TEST_CASE("the password, a recovery code and a key file each open the vault", "[scenario]") {
    const Home home;
    const std::string kit = home.init();
    home.run({"add", "Mail", "--generate"});
    write_text(home.file("code"), json_text(kit, "recovery_code") + "\n");
    const std::vector<std::string> by_code = {"--recovery-file", home.file("code")};
    CHECK(home.run_bare({"find", "mail", by_code[0], by_code[1]}).status == 0);

    std::string wrong = json_text(kit, "recovery_code");
    wrong[4] = wrong[4] == 'Q' ? 'P' : 'Q';
    write_text(home.file("bad"), wrong + "\n");
    CHECK(home.run_bare({"find", "--recovery-file", home.file("bad")}).status == 2);
    const Home other;
    const std::string foreign = json_text(other.init(), "recovery_code");
    write_text(home.file("foreign"), foreign + "\n");
    CHECK(home.run_bare({"find", "--recovery-file", home.file("foreign")}).status == 5);

    CHECK(home.run({"slots", "add", "keyfile", home.file("key")}).status == 0);
    CHECK(read_text(home.file("key")).size() == 32);
    CHECK(home.run_bare({"find", "mail", "--key-file", home.file("key")}).status == 0);

    write_text(home.file("new"), "another password\n");
    CHECK(home.run({"passwd", "--new-password-file", home.file("new")}).status == 0);
    CHECK(home.run({"find"}).status == 5);
    CHECK(home.run_bare({"find", "mail", "--password-file", home.file("new")}).status == 0);
    // Forgotten: the paper sets a new one.
    CHECK(home.run_bare(
                  {"passwd", by_code[0], by_code[1], "--new-password-file", home.file("password")})
              .status == 0);
    CHECK(home.run({"find", "mail"}).status == 0);

    const Outcome drill = home.run({"kit", "drill", "--stdin"}, json_text(kit, "recovery_code"));
    CHECK(drill.status == 0);
    CHECK(json_text(home.run({"status", "--json"}).out, "kit_proved").size() >= 20);
    CHECK(home.run({"kit", "drill", "--stdin"}, foreign).status == 5);
    CHECK(home.run({"kit", "drill", "--stdin"}, wrong).status == 2);
}

TEST_CASE("one of a thing is told of in the singular", "[scenario]") {
    const Home home;
    home.init();
    home.run({"add", "Passport"});
    write_text(home.file("note.txt"), "x");
    home.run({"attach", "passport", home.file("note.txt")});
    CHECK(has(home.run({"get", "passport"}).out, "note.txt (1 byte)"));
    CHECK(has(home.run({"health"}).err, "1 item,"));
    REQUIRE(home.run({"backup", home.file("copy")}).status == 0);
    CHECK(has(home.run({"backup", "--verify", home.file("copy")}).err, "opens: 1 item, all"));
    home.run({"rm", "passport"});
    CHECK(has(home.run({"trash", "empty", "--yes"}).err, "1 item destroyed"));
}

TEST_CASE("a file above 100 MiB is warned of before it is attached, a smaller one is not",
          "[scenario][size]") {
    const Home home;
    home.init();
    REQUIRE(home.run({"add", "a", "--stdin"}, "{}").status == 0);
    const auto attach = [&](const std::string& name, std::uintmax_t size) {
        write_text(home.file(name), "");
        std::filesystem::resize_file(home.file(name), size);  // no block of it is on the disk
        return home.run({"attach", "a", home.file(name)});
    };
    const Outcome small = attach("small.bin", 1'000'000);
    CHECK(small.status == 0);
    CHECK_FALSE(has(small.err, "100 MiB"));
    const Outcome large = attach("large.bin", (std::uintmax_t{100} << 20) + 1);
    CHECK(large.status == 0);
    CHECK(has(large.err, "larger than 100 MiB"));
}

TEST_CASE("an attachment comes back byte by byte and survives a detour", "[scenario]") {
    const Home home;
    home.init();
    home.run({"add", "Passport", "--generate"});
    std::string content;
    for (int i = 0; i < 1'500'000; ++i) content += static_cast<char>(i * 7 + i / 251);
    write_text(home.file("scan.pdf"), content);
    CHECK(home.run({"attach", "passport", home.file("scan.pdf")}).status == 0);
    CHECK(home.run({"attachment", "passport", "scan.pdf"}).out == content);
    CHECK(home.run({"detach", "passport", "scan.pdf"}).status == 0);
    CHECK(home.run({"attachment", "passport", "scan.pdf"}).status == 3);
    CHECK(home.run({"history", "passport", "--revert", "attachment@1"}).status == 0);
    CHECK(home.run({"attachment", "passport", "scan.pdf", "--output", home.file("back")}).status ==
          0);
    CHECK(read_text(home.file("back")) == content);
    write_text(home.file("empty"), "");
    CHECK(home.run({"attach", "passport", home.file("empty")}).status == 0);
    CHECK(home.run({"attachment", "passport", "empty"}).status == 0);
    CHECK(home.run({"doctor"}).status == 0);
}

TEST_CASE("an export taken in elsewhere is the same in every detail", "[scenario]") {
    const Home home, other;
    home.init();
    other.init();
    home.run({"add", "--stdin"},
             R"({"title":"Full","username":"u","password":"p1","notes":"n","tags":["b","a"],
                 "urls":["https://2.example","https://1.example"],"favorite":true,
                 "fields":[{"name":"x","value":"1"},{"name":"x","value":"2","secret":true}],
                 "recovery_codes":["c1","c2"],"sign_in_with":["google:a@gmail.com"]})");
    home.run({"edit", "full", "--stdin"}, R"({"password":"p2"})");
    CHECK(home.run({"get", "full", "recovery-code"}).out == "c1\n");
    write_text(home.file("note.txt"), "hello");
    home.run({"attach", "full", home.file("note.txt")});
    home.run({"add", "Gone", "--generate"});
    home.run({"rm", "gone"});
    CHECK(home.run({"export"}).status == 2);
    REQUIRE(home.run({"export", "--yes", "--output", home.file("e.json")}).status == 0);
    CHECK(home.run({"export", "--yes", "--output", home.file("e.json")}).status == 6);
    REQUIRE(other.run({"import", "json", home.file("e.json")}).status == 0);
    const auto items = [](const Home& from) {
        const std::string all = from.run({"export", "--yes"}).out;
        return all.substr(all.find("\"items\""));
    };
    CHECK(items(home) == items(other));
    const Outcome again = other.run({"import", "json", home.file("e.json"), "--json"});
    CHECK(again.out.find("\"created\":0,\"updated\":0,\"unchanged\":2") != std::string::npos);
}

TEST_CASE("a backup refuses to overwrite, tells a flipped byte, and restores", "[scenario]") {
    const Home home;
    home.init();
    home.run({"add", "Mail", "--generate"});
    const std::string backup = home.file("b");
    CHECK(home.run_bare({"backup", backup}).status == 0);
    CHECK(home.run_bare({"backup", backup}).status == 6);
    CHECK(home.run({"backup", "--verify", backup}).status == 0);
    CHECK(home.run({"--vault", "copy", "restore-vault", backup}).status == 0);
    CHECK(home.run({"--vault", "copy", "get", "mail", "password"}).out ==
          home.run({"get", "mail", "password"}).out);
    CHECK(home.run({"restore-vault", backup}).status == 6);
    std::string bytes = read_text(backup);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_text(backup, bytes);
    CHECK(home.run({"backup", "--verify", backup}).status == 8);
    CHECK(home.run({"--vault", "third", "restore-vault", backup}).status == 8);
}

TEST_CASE("control characters never reach a table raw", "[scenario]") {
    const Home home;
    home.init();
    CHECK(home.run({"add", "--stdin"}, R"({"title":"evil\u001b[2J\u202e"})").status == 0);
    const Outcome found = home.run({"find"});
    CHECK(found.out.find('\x1b') == std::string::npos);
    CHECK(found.out.find("\\x1b") != std::string::npos);
}

}  // namespace sparekey::tests
