// The vault's SSH keys as real OpenSSH uses them.
#include "tests/support/agent_peer.h"
#include "tests/support/local_sshd.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <filesystem>

namespace sparekey::tests {
namespace {

namespace fs = std::filesystem;

/// A vault with one key of each kind, offered by the agent.
class SshHome : public Home {
  public:
    SshHome() {
        init();
        for (const char* kind : {"ed25519", "ecdsa", "rsa"}) {
            REQUIRE(run({"add", std::string("key ") + kind, "--type", "ssh-key",
                         std::string("--generate=") + kind})
                        .status == 0);
        }
    }
    std::string socket() const { return runtime_folder() + "/ssh-agent.sock"; }
    /// A program of OpenSSH with this agent.
    Outcome ssh(const std::string& command) const {
        return run_shell("SSH_AUTH_SOCK='" + socket() + "' " + command);
    }
    std::string public_key(const std::string& kind) const {
        return run_bare({"get", "key " + kind, "public_key"}).out;
    }
};

/// The item's fields as JSON, with one more that asks for confirmation.
std::string fields_with_confirm(const std::string& item) {
    const auto from = item.find("\"fields\":[") + 9;
    const auto to = item.find("]", from);
    return item.substr(from, to - from) + R"(,{"name":"confirm","value":"true"}])";
}

}  // namespace

TEST_CASE("ssh-add lists the vault's keys, and nothing once it is locked",
          "[scenario][agent][ssh]") {
    const SshHome home;
    const Outcome started = home.run({"ssh-agent"});
    REQUIRE(started.status == 0);
    CHECK(started.out == "SSH_AUTH_SOCK=" + home.socket() + "; export SSH_AUTH_SOCK;\n");
    CHECK(started.err == "");
    const Outcome listed = home.ssh("ssh-add -l");
    CHECK(listed.status == 0);
    for (const char* kind : {"(ED25519)", "(ECDSA)", "(RSA)"}) CHECK(has(listed.out, kind));
    for (const char* kind : {"ed25519", "ecdsa", "rsa"}) {
        CHECK(has(home.ssh("ssh-add -L").out,
                  home.public_key(kind).substr(0, home.public_key(kind).find(' ', 30))));
    }
    CHECK(home.ssh("ssh-add -D").status != 0);
    CHECK(home.run_bare({"lock"}).status == 0);
    CHECK(has(home.ssh("ssh-add -l").out, "no identities"));
    CHECK(home.run({"unlock"}).status == 0);
    CHECK(home.ssh("ssh-add -l").status == 0);
}

TEST_CASE("each kind of key logs in to a real sshd", "[scenario][agent][ssh]") {
    const SshHome home;
    REQUIRE(home.run({"ssh-agent"}).status == 0);
    std::string keys;
    for (const char* kind : {"ed25519", "ecdsa", "rsa"}) keys += home.public_key(kind);
    const LocalSshd server(home, keys);
    if (!server.reason().empty()) SKIP(server.reason());
    for (const char* kind : {"ed25519", "ecdsa", "rsa"}) {
        INFO(kind);
        write_text(home.file("only.pub"), home.public_key(kind));
        const Outcome logged = home.ssh(
            server.client("-i " + home.file("only.pub") + " -o IdentitiesOnly=yes") + " echo in");
        CHECK(logged.out == "in\n");
    }
    const std::string audit = home.run_bare({"audit", "--json"}).out;
    CHECK(has(audit, R"("action":"sign")"));
    CHECK(has(audit, R"("by":"ssh-agent")"));
    // A key that is not in the vault does not get in.
    home.run_bare({"lock"});
    CHECK(home.ssh(server.client("") + " echo in").out.empty());
}

TEST_CASE("a key with confirm is used only after a person said yes",
          "[scenario][agent][ssh][mutant:ssh-confirm]") {
    const SshHome home;
    REQUIRE(home.run({"edit", "key ed25519", "--stdin"},
                     R"({"fields":)" +
                         fields_with_confirm(home.run({"get", "key ed25519", "--json"}).out) + "}")
                .status == 0);
    const std::string pinentry = home.file("pinentry");
    const auto answer = [&](const char* word) {
        write_text(pinentry, std::string("#!/bin/sh\necho OK Pleased to meet you\n"
                                         "while read -r line; do\n"
                                         "  case \"$line\" in\n"
                                         "  CONFIRM*) echo asked >>'") +
                                 home.file("asked") + "'; echo '" + word +
                                 "' ;;\n  BYE*) echo OK; exit ;;\n  *) echo OK ;;\n  esac\ndone\n");
        ::chmod(pinentry.c_str(), 0700);
    };
    fs::create_directories(home.file(".config/sparekey"));
    write_text(home.file(".config/sparekey/config.toml"),
               "[prompt]\npinentry = \"" + pinentry + "\"\n");
    answer("OK");
    REQUIRE(home.run({"ssh-agent"}).status == 0);
    write_text(home.file("key.pub"), home.public_key("ed25519"));
    write_text(home.file("text"), "signed by a person's leave\n");
    const std::string sign =
        "ssh-keygen -Y sign -f '" + home.file("key.pub") + "' -n test <'" + home.file("text") + "'";
    const Outcome allowed = home.ssh(sign);
    CHECK(allowed.status == 0);
    CHECK(has(allowed.out, "BEGIN SSH SIGNATURE"));
    CHECK(read_text(home.file("asked")) == "asked\n");
    answer("ERR 83886194 not confirmed");
    CHECK(home.ssh(sign).status != 0);
    CHECK(read_text(home.file("asked")) == "asked\nasked\n");
    // The other keys ask nobody.
    write_text(home.file("key.pub"), home.public_key("ecdsa"));
    CHECK(home.ssh(sign).status == 0);
    CHECK(read_text(home.file("asked")) == "asked\nasked\n");
}

TEST_CASE("whatever a client says, the ssh-agent goes on", "[scenario][agent][ssh][hostile]") {
    const SshHome home;
    REQUIRE(home.run({"ssh-agent"}).status == 0);
    SeededRandom random;
    for (std::size_t i = 0; i < count(1000); ++i) {
        AgentPeer peer(home.socket());
        REQUIRE(peer.connected());
        core::Bytes message(random.below(200) + 5);
        random.fill(message);
        if (random.coin()) {
            const std::size_t size = message.size() - 4;
            for (std::size_t at = 0; at < 4; ++at) {
                message[at] = static_cast<std::uint8_t>(size >> (8 * (3 - at)));
            }
            message[4] = static_cast<std::uint8_t>(random.below(32));
        }
        peer.send(message);
    }
    CHECK(home.ssh("ssh-add -l").status == 0);
    CHECK(home.run_bare({"doctor"}).status == 0);
}

}  // namespace sparekey::tests
