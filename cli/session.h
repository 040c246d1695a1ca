// What a command works with: the global options, the terminal, the output, the clock, the vault.
//
// Opening the vault is the one expensive step, so it happens on demand: vault() asks for the
// credential by the usual sources, opens the folder and keeps both until the command ends.
#pragma once

#include "cli/access/local_access.h"
#include "cli/agent/agent_access.h"
#include "cli/arguments.h"
#include "cli/config.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/terminal/terminal.h"
#include "core/crypto/system_random.h"
#include "core/ports/clock.h"
#include "core/vault/vault.h"
#include "storage/folder/opened_folder.h"

#include <memory>
#include <optional>

namespace sparekey::cli {

struct GlobalOptions {
    std::string vault_name = "default";
    bool vault_is_named = false;  // by --vault or $SPAREKEY_VAULT
    bool json = false;
    bool quiet = false;
    bool yes = false;
    bool no_agent = false;
    std::optional<std::string> password_file;
    std::optional<std::string> key_file;
    std::optional<std::string> recovery_file;
};

class SystemClock final : public core::Clock {
  public:
    std::uint64_t now_ms() const override;
};

/// What a command wants of the agent beside an open vault.
struct AgentWish {
    agent::Wish wish = agent::Wish::unlock;
    std::vector<std::string> prompt = {};  // as agent::Hello has it
};

class Session {
  public:
    Session(GlobalOptions options, Paths paths);
    ~Session();

    const GlobalOptions& options() const { return options_; }
    const Paths& paths() const { return paths_; }
    Output& out() { return output_; }
    Terminal& terminal() { return terminal_; }
    SystemClock& clock() { return clock_; }
    core::SystemRandom& random() { return random_; }
    StandardInput& input() { return input_; }

    /// The credential, by --key-file, --recovery-file, --password-file, the environment's two
    /// sources, or the terminal. ErrorCode::locked, naming the options, without any.
    core::Result<core::Credential> credential();
    /// One of them but the terminal was named, so that nobody would be asked.
    bool credential_is_named() const;
    /// Confirms on the terminal, or passes with --yes; without both ErrorCode::usage.
    core::Result<void> confirm(std::string_view question);
    /// The vault's items, on first use: through the agent if it holds the vault open, else opened
    /// here.
    core::Result<VaultAccess*> access();
    /// The same in this process, as for vault().
    core::Result<LocalAccess*> local();
    /// The agent holds this vault open, so that nobody needs to be asked for a password.
    core::Result<bool> agent_is_open();
    /// For the agent: who asks for which vault.
    agent::Hello greeting(agent::Wish wish) const;
    /// Opens the vault through the agent, which is started if none runs.
    core::Result<void> unlock_agent(const core::Credential& credential, std::uint64_t timeout_s,
                                    const AgentWish& wish = {});
    /// Returns when the agent has closed the vault.
    void wait_for_lock();
    /// Opens the vault in this process on first use; an agent lets go of it for as long.
    core::Result<core::Vault*> vault();
    core::Result<storage::OpenedFolder*> folder();
    /// Reads config.toml on first use.
    core::Result<Config> config();
    /// Warnings of the folder that were not told yet: on opening, and at the command's end.
    void tell_warnings();
    /// Lets others at the vault while a person thinks; the next use opens it again.
    void close_vault();
    storage::FolderPaths folder_paths() const;
    /// The credential that opened the folder, for commands that make slots.
    const core::Credential& opened_with() const { return *credential_; }
    /// Before the vault is opened: for an import, or for --accept-restored.
    storage::OpenOptions& open_options() { return open_options_; }
    void set_command(std::string name) { command_ = std::move(name); }

  private:
    core::Result<void> meet_agent();
    core::Result<void> move_agent_aside();

    GlobalOptions options_;
    Paths paths_;
    StandardInput input_;
    Terminal terminal_;
    Output output_;
    SystemClock clock_;
    core::SystemRandom random_;
    std::string command_;
    storage::OpenOptions open_options_;
    std::optional<Config> config_;
    std::optional<core::Credential> credential_;
    std::unique_ptr<storage::OpenedFolder> folder_;
    std::size_t told_ = 0;  // of the folder's warnings
    std::unique_ptr<core::Vault> vault_;
    std::unique_ptr<LocalAccess> local_;
    std::unique_ptr<agent::AgentAccess> agent_;
    bool asked_agent_ = false;
};

}  // namespace sparekey::cli
