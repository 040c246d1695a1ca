// SSH keys as items: made, taken in, replaced, refused; read by the real ssh-keygen.
#include "core/ssh/openssh_file.h"
#include "tests/core/ssh/composite_rsa.h"
#include "tests/support/program.h"
#include "tests/support/pseudo_terminal.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <cstdlib>

namespace sparekey::tests {
namespace {

std::string field(const Home& home, const std::string& item, const std::string& name) {
    std::string value = home.run({"get", item, name}).out;
    while (value.ends_with('\n')) value.pop_back();
    return value;
}

std::string keygen(const Home& home, const std::string& arguments) {
    const std::string command =
        "cd " + home.path() + " && ssh-keygen " + arguments + " >out 2>/dev/null";
    INFO(command);
    REQUIRE(std::system(command.c_str()) == 0);
    return read_text(home.file("out"));
}

/// The item's public key and fingerprint are those that ssh-keygen finds in its private key.
void check_key(const Home& home, const std::string& item, const std::string& kind) {
    INFO(item);
    write_text(home.file("kept"), field(home, item, "private_key") + "\n");
    REQUIRE(::chmod(home.file("kept").c_str(), 0600) == 0);
    CHECK(keygen(home, "-y -f kept") == field(home, item, "public_key") + "\n");
    CHECK(has(keygen(home, "-l -f kept"), field(home, item, "fingerprint")));
    CHECK(field(home, item, "public_key").starts_with(kind + " "));
}

std::string json_escaped(const std::string& text) {
    std::string escaped;
    for (const char c : text) escaped += c == '\n' ? "\\n" : std::string(1, c);
    return escaped;
}

std::string key_field(const std::string& value) {
    return R"({"name":"private_key","value":")" + json_escaped(value) + "\"}";
}

}  // namespace

TEST_CASE("an SSH key is made of the kind that is asked for", "[scenario][ssh]") {
    const Home home;
    home.init();
    const auto add = [&](const std::string& title, const std::string& option) {
        const Outcome added = home.run({"add", title, "--type", "ssh-key", option, "--json"});
        REQUIRE(added.status == 0);
        CHECK(has(added.out, "SHA256:"));
        CHECK_FALSE(has(added.out, "PRIVATE KEY"));
    };
    add("plain", "--generate");
    add("new", "--generate=ed25519");
    add("old", "--generate=rsa");
    add("nist", "--generate=ecdsa");
    check_key(home, "plain", "ssh-ed25519");
    check_key(home, "new", "ssh-ed25519");
    check_key(home, "old", "ssh-rsa");
    check_key(home, "nist", "ecdsa-sha2-nistp256");
    CHECK(field(home, "plain", "public_key").ends_with(" plain"));
    CHECK(has(keygen(home, "-l -f kept"), "256 "));
    CHECK(home.run({"get", "plain", "password"}).status == 3);
    CHECK(has(home.run({"get", "plain", "--json"}).out,
              "\"name\":\"private_key\",\"value\":\"-----BEGIN OPENSSH PRIVATE KEY-----"));
    for (const char* spec : {"--generate=dsa", "--generate=20", "--generate=words:4"}) {
        CHECK(home.run({"add", "x", "--type", "ssh-key", spec}).status == 2);
    }
    CHECK(home.run({"get", "x"}).status == 3);
}

TEST_CASE("a key file is taken in as it is", "[scenario][ssh]") {
    const Home home;
    home.init();
    keygen(home, "-q -t ecdsa -b 384 -N '' -C me@home -f file");
    const std::string file = read_text(home.file("file"));
    REQUIRE(
        home.run({"add", "Mine", "--type", "ssh-key", "--private-key", home.file("file")}).status ==
        0);
    check_key(home, "Mine", "ecdsa-sha2-nistp384");
    CHECK(field(home, "Mine", "private_key") + "\n" == file);
    CHECK(field(home, "Mine", "public_key") + "\n" == read_text(home.file("file.pub")));

    CHECK(home.run({"add", "Piped", "--private-key", "-"}, file).status == 0);
    check_key(home, "Piped", "ecdsa-sha2-nistp384");
    CHECK(home.run_bare({"add", "Both", "--private-key", "-", "--password-file", "-"},
                        "correct horse battery staple\n" + file)
              .status == 0);
    check_key(home, "Both", "ecdsa-sha2-nistp384");

    CHECK(home.run({"add", "a", "--private-key", home.file("missing")}).status == 3);
    CHECK(home.run({"add", "a", "--private-key", home.file("file.pub")}).status == 2);
    CHECK(home.run({"add", "a", "--type", "login", "--private-key", home.file("file")}).status ==
          2);
    CHECK(home.run({"add", "a", "--private-key", home.file("file"), "--generate"}).status == 2);
    CHECK(home.run({"add", "a", "--stdin", "--private-key", "-"}, "{}").status == 2);
    CHECK(home.run({"get", "a"}).status == 3);
}

TEST_CASE("a key with a passphrase is refused with the way out", "[scenario][ssh]") {
    const Home home;
    home.init();
    keygen(home, "-q -t ed25519 -N secret -f file");
    const Outcome refused = home.run({"add", "a", "--private-key", home.file("file"), "--json"});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "passphrase"));
    CHECK(has(refused.err, "ssh-keygen -p"));
    CHECK(home.run({"add", "--stdin"}, R"({"title":"a","type":"ssh-key","fields":[)" +
                                           key_field(read_text(home.file("file"))) + "]}")
              .status == 2);
    CHECK(home.run({"find", "--json"}).out == "[]\n");
}

TEST_CASE("a key with a passphrase is taken in by it, and kept without", "[scenario][ssh]") {
    const Home home;
    home.init();
    write_text(home.file("right"), "a secret\n");
    write_text(home.file("wrong"), "another\n");
    for (const char* cipher : {"aes256-ctr", "aes256-cbc"}) {
        INFO(cipher);
        keygen(home, std::string("-q -t ed25519 -N 'a secret' -C me@home -f ") + cipher + " -Z " +
                         cipher);
        const std::string file = home.file(cipher);
        REQUIRE(home.run({"add", cipher, "--private-key", file, "--passphrase-file",
                          home.file("right")})
                    .status == 0);
        check_key(home, cipher, "ssh-ed25519");
        CHECK(field(home, cipher, "public_key") + "\n" == read_text(file + ".pub"));
        const Outcome refused =
            home.run({"add", "x", "--private-key", file, "--passphrase-file", home.file("wrong")});
        CHECK(refused.status == 5);
    }
    CHECK(home.run({"add", "piped", "--private-key", "-", "--passphrase-file", "-"},
                   "a secret\n" + read_text(home.file("aes256-ctr")))
              .status == 0);
    check_key(home, "piped", "ssh-ed25519");
    CHECK(home.run({"get", "x"}).status == 3);

    PseudoTerminal terminal(home, {"add", "asked", "--private-key", home.file("aes256-ctr"),
                                   "--password-file", home.file("password")});
    REQUIRE(terminal.wait_for("Passphrase"));
    CHECK_FALSE(terminal.echoes());
    terminal.type("a secret\n");
    CHECK(terminal.finish() == 0);
    check_key(home, "asked", "ssh-ed25519");
}

TEST_CASE("a document's private key brings its public key and fingerprint, and is secret",
          "[scenario][ssh]") {
    const Home home;
    home.init();
    keygen(home, "-q -t ed25519 -N '' -C me@home -f one");
    keygen(home, "-q -t ed25519 -N '' -C me@work -f two");
    const std::string one = read_text(home.file("one"));
    const std::string two = read_text(home.file("two"));
    const auto document = [](const std::string& fields) {
        return R"({"title":"Key","type":"ssh-key","fields":[)" + fields + "]}";
    };
    const Outcome added = home.run({"add", "--stdin", "--json"}, document(key_field(one)));
    REQUIRE(added.status == 0);
    CHECK_FALSE(has(added.out, "PRIVATE KEY"));
    check_key(home, "Key", "ssh-ed25519");
    const std::string first = field(home, "Key", "public_key");
    CHECK(first.ends_with(" me@home"));

    // Another key over the old one, the rest as `get --json` gave it: what follows from it follows.
    const std::string given = R"({"name":"public_key","value":")" + first + "\"}";
    CHECK(
        home.run({"edit", "Key", "--stdin"}, R"({"fields":[)" + key_field(two) + "," + given + "]}")
            .status == 0);
    check_key(home, "Key", "ssh-ed25519");
    CHECK(field(home, "Key", "public_key") + "\n" == read_text(home.file("two.pub")));

    const Outcome strange = home.run({"add", "--stdin"}, document(key_field(two) + "," + given));
    CHECK(strange.status == 2);
    CHECK(has(strange.err, "public_key"));
    CHECK(home.run({"add", "--stdin"},
                   document(key_field(two) + R"(,{"name":"fingerprint","value":"SHA256:x"})"))
              .status == 2);
    CHECK(home.run({"add", "--stdin"}, document(key_field("nonsense"))).status == 2);
    CHECK(home.run({"edit", "Key", "--stdin"}, R"({"fields":[)" + key_field("nonsense") + "]}")
              .status == 2);
    check_key(home, "Key", "ssh-ed25519");

    // Only an SSH key item's field means a key.
    CHECK(home.run({"add", "--stdin"}, R"({"title":"Login","fields":[)" + key_field("x") + "]}")
              .status == 0);
    CHECK(home.run({"edit", "Login", "--stdin"}, R"({"type":"ssh-key"})").status == 2);
}

TEST_CASE("a new key of the same kind replaces the old one, which stays in the history",
          "[scenario][ssh]") {
    const Home home;
    home.init();
    keygen(home, "-q -t ecdsa -b 521 -N '' -C me@home -f file");
    REQUIRE(home.run({"add", "Key", "--private-key", home.file("file")}).status == 0);
    const std::string first = field(home, "Key", "public_key");
    REQUIRE(home.run({"edit", "Key", "--generate", "--tag", "t"}).status == 0);
    check_key(home, "Key", "ecdsa-sha2-nistp521");
    CHECK(field(home, "Key", "public_key") != first);
    CHECK(has(home.run({"history", "Key", "--json"}).out, first));

    REQUIRE(home.run({"history", "Key", "--revert", "private_key@1"}).status == 0);
    check_key(home, "Key", "ecdsa-sha2-nistp521");
    CHECK(field(home, "Key", "public_key") == first);

    REQUIRE(home.run({"edit", "Key", "--generate=ed25519"}).status == 0);
    check_key(home, "Key", "ssh-ed25519");
    REQUIRE(home.run({"edit", "Key", "--private-key", home.file("file")}).status == 0);
    CHECK(field(home, "Key", "public_key") == first);
    CHECK(home.run({"get", "Key", "password"}).status == 3);
}

TEST_CASE("a damaged RSA key is refused, by file and in a document", "[scenario][ssh]") {
    const Home home;
    home.init();
    SeededRandom random;
    const core::SecretText damaged = core::write_openssh_file(composite_ssh_key(), "", random);
    write_text(home.file("damaged"), std::string(damaged.expose()));
    const Outcome by_file =
        home.run({"add", "a", "--type", "ssh-key", "--private-key", home.file("damaged")});
    CHECK(by_file.status == 2);
    CHECK(has(by_file.err, "damaged"));
    const std::string document = R"({"title":"b","type":"ssh-key","fields":[)" +
                                 key_field(std::string(damaged.expose())) + "]}";
    CHECK(home.run({"add", "--stdin"}, document).status == 2);
    CHECK(home.run({"find", "--json"}).out == "[]\n");
}

TEST_CASE("a key that was kept before stays editable, whatever it is", "[scenario][ssh]") {
    const Home home;
    home.init();
    // As an import brings it.
    write_text(home.file("b.json"),
               R"({"encrypted":false,"items":[{"type":5,"name":"Odd","sshKey":{"privateKey":
                  "not ours","publicKey":"ssh-dss AAAA","keyFingerprint":"SHA256:x"}}]})");
    REQUIRE(home.run({"import", "bitwarden-json", home.file("b.json")}).status == 0);
    CHECK(home.run({"edit", "Odd", "--tag", "old"}).status == 0);
    CHECK(home.run({"edit", "Odd", "--identity", "github:me"}).status == 0);
    CHECK(field(home, "Odd", "private_key") == "not ours");
    CHECK(home.run({"edit", "Odd", "--generate"}).status == 0);
    check_key(home, "Odd", "ssh-ed25519");
}

TEST_CASE("help says how an SSH key is made, taken in and confirmed", "[scenario][ssh]") {
    const Home home;
    for (const char* command : {"add", "edit"}) {
        const std::string help = home.run_bare({command, "--help"}).out;
        CHECK(has(help, "--private-key"));
        CHECK(has(help, "ed25519"));
        CHECK(has(help, "confirm = true"));
    }
}

}  // namespace sparekey::tests
