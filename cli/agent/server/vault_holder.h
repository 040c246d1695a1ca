// What the agent's worker holds: one vault's key, and the vault opened by it while nobody else
// needs its files. No I/O of its own but the vault's; the worker's sessions call it one at a time.
#pragma once

#include "cli/access/local_access.h"
#include "cli/agent/messages.h"
#include "core/crypto/system_random.h"

namespace sparekey::cli::agent {

class VaultHolder {
  public:
    VaultHolder(storage::FolderPaths paths, core::Clock& clock);

    /// The credential opened the vault, here, and it was not closed since.
    bool is_open() const { return key_ != nullptr; }
    /// Opens the vault; on one that is open already, only checks that the credential, if there is
    /// one, would.
    /// ErrorCode::failed if locked memory is required and not to be had.
    core::Result<void> unlock(const Unlock& wanted);
    /// The vault's items, for `by`; opened again by the key if it was put aside.
    core::Result<LocalAccess*> access(const std::string& by);
    /// One piece of what makes searches quick; true while there is more.
    bool prepare();
    /// Lets go of the vault's files and its lock; the key stays.
    void step_aside();
    /// After an answer is on its way: the lines of the audit log that it owes.
    void write_notes();
    /// When a command is at its end, or the vault is to be closed: what it left to be written.
    void write_synced();

    /// What to tell the person beside the answer; empties it.
    std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }
    const storage::FolderPaths& paths() const { return paths_; }
    const core::VaultKey& key() const { return folder_ ? folder_->vault_key() : *key_; }
    std::size_t history_kept() const { return history_kept_; }

  private:
    core::Result<void> open_files();
    void take(std::unique_ptr<storage::OpenedFolder> folder);

    storage::FolderPaths paths_;
    core::Clock& clock_;
    core::SystemRandom random_;
    std::size_t history_kept_ = 100;
    std::unique_ptr<core::VaultKey> key_;
    std::unique_ptr<storage::OpenedFolder> folder_;
    std::unique_ptr<core::Vault> vault_;
    std::unique_ptr<LocalAccess> access_;
    std::shared_ptr<core::AccountTree> tree_ = std::make_shared<core::AccountTree>();
    bool unprepared_ = false;  // since it was opened
    std::vector<std::string> warnings_;
};

}  // namespace sparekey::cli::agent
