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
#include "cli/terminal/person.h"
#include "core/crypto/system_random.h"
#include "core/ports/clock.h"
#include "core/vault/vault.h"
#include "storage/folder/opened_folder.h"

#include <functional>
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

    /// A source of the credential was named, so that nobody would be asked.
    bool credential_is_named() const;
    /// Whom to ask: by pinentry if config.toml names one, or on the terminal.
    core::Result<Person> person();
    using Attempt = std::function<core::Result<void>(const core::Credential&)>;
    /// Gives the credential of the first source that applies; where it is ErrorCode::locked, a
    /// person may try again, kTries times in all. ErrorCode::locked, naming the sources, without
    /// any.
    core::Result<void> with_credential(const Attempt& attempt);
    /// Opens a vault that way.
    core::Result<std::unique_ptr<storage::OpenedFolder>> open(const storage::FolderPaths& paths,
                                                              const storage::OpenOptions& options);
    /// Confirms, or passes with --yes; without both a person and --yes ErrorCode::usage. A no is
    /// ErrorCode::failed.
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
    /// Opens the vault in the agent, which is started if none runs. One that has it open needs no
    /// credential; one that is named is checked all the same.
    core::Result<void> unlock(std::uint64_t timeout_s, const AgentWish& wish = {});
    /// Returns when the agent has closed the vault.
    void wait_for_lock();
    /// Opens the vault in this process on first use; an agent lets go of it for as long.
    core::Result<core::Vault*> vault();
    core::Result<storage::OpenedFolder*> folder();
    /// Its folder is there; warns of what was mended on the way.
    core::Result<bool> has_vault();
    /// What can be said of the vault without opening it; warns likewise.
    core::Result<core::KeySlotsFile> key_slots();
    /// Reads config.toml on first use.
    core::Result<Config> config();
    /// Warnings of the folder that were not told yet: on opening, and at the command's end.
    void tell_warnings();
    /// The agent lets go of the vault's files until this command ends. For whoever opens them in
    /// this process, or copies them without opening.
    core::Result<void> move_agent_aside();
    /// Lets others at the vault while a person thinks; the next use opens it again.
    void close_vault();
    /// The same for moments, a key stroke say: the next use opens it by its key, and searches by
    /// what was read before, if nobody changed it. An agent that has the vault open keeps it.
    void step_aside();
    /// The agent that answered until now does not any more.
    bool agent_is_gone() const { return agent_ && agent_->is_gone(); }
    /// Readable between two questions when it ends, as it does when it locks; -1 without one.
    int agent_descriptor() const { return agent_ ? agent_->descriptor() : -1; }
    /// For another vault, with the same options and the same credential if that was read from
    /// standard input.
    std::unique_ptr<Session> beside(const std::string& vault_name) const;
    /// What is left of standard input, at most `limit` bytes. With --password-file - and its like
    /// the vault is opened first, since the first line is the password.
    core::Result<core::SecretText> document(std::size_t limit);
    storage::FolderPaths folder_paths() const;
    /// The credential that opened the folder, for commands that make slots.
    const core::Credential& opened_with() const { return *credential_; }
    /// Before the vault is opened: for --accept-restored.
    storage::OpenOptions& open_options() { return open_options_; }
    /// Before the vault is opened: very many items may be written, by one transaction. `bytes` is
    /// the size of the export, 0 for one that nothing is written of, or whose size is not known.
    void prepare_import(std::uint64_t bytes) {
        open_options_.is_bulk = true;
        import_bytes_ = bytes;
    }
    void set_command(std::string name) { command_ = std::move(name); }

  private:
    /// The credential is the first line of standard input.
    bool credential_is_on_input() const;
    core::Result<void> meet_agent();
    core::Result<agent::Connection> connect_to_unlock(const AgentWish& wish);
    core::Result<void> unlock_agent(const core::Credential& credential, std::uint64_t timeout_s,
                                    const AgentWish& wish = {});

    GlobalOptions options_;
    Paths paths_;
    StandardInput input_;
    Terminal terminal_;
    Output output_;
    SystemClock clock_;
    core::SystemRandom random_;
    std::string command_;
    storage::OpenOptions open_options_;
    std::uint64_t import_bytes_ = 0;
    std::optional<Config> config_;
    std::optional<core::Credential> credential_;
    std::unique_ptr<storage::OpenedFolder> folder_;
    std::unique_ptr<core::VaultKey> key_;         // while it is put aside
    std::optional<LocalAccess::Listing> listed_;  // likewise
    std::size_t told_ = 0;                        // of the folder's warnings
    std::unique_ptr<core::Vault> vault_;
    std::unique_ptr<LocalAccess> local_;
    std::shared_ptr<core::AccountTree> tree_ = std::make_shared<core::AccountTree>();
    std::unique_ptr<agent::AgentAccess> agent_;
    bool asked_agent_ = false;
};

}  // namespace sparekey::cli
