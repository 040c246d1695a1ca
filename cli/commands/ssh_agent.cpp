#include "cli/commands/commands.h"
#include "cli/session.h"
#include "cli/terminal/pinentry.h"

#include <sys/un.h>

#include <cstdlib>

namespace sparekey::cli {
namespace {

/// How a person is asked before a key with a field `confirm` is used; empty without a pinentry.
core::Result<std::vector<std::string>> prompt(Session& session) {
    SPAREKEY_TRY(const Config config, session.config());
    const std::string program =
        config.pinentry.empty() ? find_program("pinentry") : find_program(config.pinentry);
    if (program.empty()) return std::vector<std::string>();
    std::vector<std::string> all = {program};
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XAUTHORITY",
                             "GPG_TTY", "TERM", "LANG", "LC_ALL", "HOME", "PATH"}) {
        const char* const value = std::getenv(name);
        if (value != nullptr) all.push_back(std::string(name) + "=" + value);
    }
    return all;
}

core::Result<void> run_ssh_agent(Session& session, const Arguments& arguments) {
    SPAREKEY_CHECK(session.key_slots());
    SPAREKEY_TRY(const Config config, session.config());
    SPAREKEY_TRY(const std::vector<std::string> asking, prompt(session));
    SPAREKEY_CHECK(session.unlock(config.agent_timeout_s, {agent::Wish::ssh, asking}));
    const std::string socket = agent::runtime_folder().ssh_socket();
    if (socket.size() >= sizeof sockaddr_un::sun_path) {
        session.out().warn("OpenSSH cannot reach " + socket +
                           ": the path is too long for it; set XDG_RUNTIME_DIR to a shorter one");
    }
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("SSH_AUTH_SOCK", socket).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().line("SSH_AUTH_SOCK=" + socket + "; export SSH_AUTH_SOCK;");
    }
    if (arguments.has("--foreground")) session.wait_for_lock();
    return {};
}

}  // namespace

CommandSpec commands::ssh_agent() {
    return {"ssh-agent",
            "offer the vault's SSH keys to OpenSSH",
            {},
            {{"--foreground", "", "stay until the vault is locked"}},
            run_ssh_agent,
            "",
            "eval \"$(sparekey ssh-agent)\" sets SSH_AUTH_SOCK for this shell. The keys are items "
            "of the\ntype ssh-key; one with a field confirm = true is used only after a pinentry "
            "has asked."};
}

}  // namespace sparekey::cli
