// The real ssh-keygen: its keys are ours, our keys and signatures are its.
#include "core/crypto/hash.h"
#include "core/secret/base64.h"
#include "core/ssh/openssh_file.h"
#include "tests/core/ssh/ssh_examples.h"
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <cstdlib>

namespace sparekey::core {
namespace {

using namespace tests;

/// What a shell command prints; its failure is the test's.
std::string shell(const Home& home, const std::string& command) {
    const std::string out = home.file("out");
    INFO(command);
    REQUIRE(std::system(("cd " + home.path() + " && " + command + " >" + out).c_str()) == 0);
    return read_text(out);
}

void write_private(const std::string& path, std::string_view text) {
    write_text(path, std::string(text));
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
}

/// Gives the four bytes that stand in `file` as its check number.
class CheckNumberOf final : public Random {
  public:
    CheckNumberOf(std::string_view file, std::size_t blob_size) {
        constexpr std::size_t kFrame = 36 + 34 + 1;  // the two lines of dashes
        const auto bytes = secret_from_base64(file.substr(36, file.size() - kFrame));
        REQUIRE(bytes);
        const ByteView at = bytes->expose().subspan(15 + 8 + 8 + 4 + 4 + 4 + blob_size + 4, 4);
        std::copy(at.begin(), at.end(), number_.begin());
    }
    void fill(MutableBytes bytes) override {
        REQUIRE(bytes.size() == number_.size());
        std::copy(number_.begin(), number_.end(), bytes.begin());
    }

  private:
    std::array<std::uint8_t, 4> number_{};
};

/// OpenSSH's PROTOCOL.sshsig
std::string ssh_signature(const SshPrivateKey& key, std::string_view message) {
    const Hash hash = sha256(bytes_of(message));
    WireWriter data;
    data.raw(bytes_of("SSHSIG")).text("file").text("").text("sha256").string(hash);
    const std::uint32_t flags = key.kind() == SshKeyKind::rsa ? kSignRsaSha512 : 0;
    WireWriter file;
    file.raw(bytes_of("SSHSIG")).number(1).string(key.public_key().blob());
    file.text("file").text("").text("sha256").string(key.sign(data.expose(), flags).value());
    return "-----BEGIN SSH SIGNATURE-----\n" + to_base64(file.expose()) +
           "\n-----END SSH SIGNATURE-----\n";
}

}  // namespace

TEST_CASE("keys of ssh-keygen are read, and written back byte by byte", "[core][ssh][openssh]") {
    const Home home;
    for (const char* kind : {"ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521",
                             "rsa -b 2048", "rsa -b 3072", "rsa -b 4096"}) {
        INFO(kind);
        shell(home,
              std::string("rm -f key key.pub && ssh-keygen -q -N '' -C 'a comment' -f key -t ") +
                  kind);
        const std::string file = read_text(home.file("key"));
        const auto parsed = parse_openssh_file(file);
        REQUIRE(parsed);
        const SshPublicKey& shown = parsed->key.public_key();
        CHECK(parsed->comment == "a comment");
        CHECK(shown.line(parsed->comment) + "\n" == read_text(home.file("key.pub")));
        CHECK(shell(home, "ssh-keygen -l -f key").find(shown.fingerprint()) != std::string::npos);
        CheckNumberOf number(file, shown.blob().size());
        CHECK(write_openssh_file(parsed->key, parsed->comment, number).expose() == file);
    }
}

TEST_CASE("ssh-keygen reads the keys that are made here", "[core][ssh][openssh]") {
    const Home home;
    SeededRandom random;
    for (const SshPrivateKey& key : example_keys()) {
        INFO(wire_name(key.kind()));
        write_private(home.file("key"), write_openssh_file(key, "me", random).expose());
        CHECK(shell(home, "ssh-keygen -y -f key") == key.public_key().line("me") + "\n");
        CHECK(shell(home, "ssh-keygen -l -f key").find(key.public_key().fingerprint() + " me") !=
              std::string::npos);
    }
}

TEST_CASE("ssh-keygen finds the signatures that are made here good", "[core][ssh][openssh]") {
    const Home home;
    for (const SshPrivateKey& key : example_keys()) {
        INFO(wire_name(key.kind()));
        write_text(home.file("message"), "hello\n");
        write_text(home.file("message.sig"), ssh_signature(key, "hello\n"));
        const std::string verdict =
            shell(home, "ssh-keygen -Y check-novalidate -n file -s message.sig < message");
        CHECK(verdict.find("Good") != std::string::npos);
        CHECK(verdict.find(key.public_key().fingerprint()) != std::string::npos);
    }
}

TEST_CASE("a key of ssh-keygen with a passphrase is refused with the command that helps",
          "[core][ssh][openssh]") {
    const Home home;
    shell(home, "ssh-keygen -q -t ed25519 -N secret -f key");
    CHECK(has_passphrase(read_text(home.file("key"))));
    const auto refused = parse_openssh_file(read_text(home.file("key")));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().hint.find("ssh-keygen -p -N ''") != std::string::npos);
    shell(home, "cp key copy && ssh-keygen -q -p -P secret -N '' -f copy");
    CHECK(parse_openssh_file(read_text(home.file("copy"))));
    // So do the older formats.
    shell(home, "rm -f key && ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -f key");
    CHECK_FALSE(parse_openssh_file(read_text(home.file("key"))));
    shell(home, "cp key copy && ssh-keygen -q -p -P '' -N '' -f copy");
    CHECK(parse_openssh_file(read_text(home.file("copy"))));
}

}  // namespace sparekey::core
