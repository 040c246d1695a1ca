#include "cli/agent/server/vault_holder.h"

#include "core/secret/key.h"

namespace sparekey::cli::agent {

VaultHolder::VaultHolder(storage::FolderPaths paths, core::Clock& clock)
    : paths_(std::move(paths)), clock_(clock) {}

core::Result<void> VaultHolder::unlock(const Unlock& wanted) {
    const core::Credential credential{wanted.kind, wanted.secret.clone()};
    if (is_open()) {
        if (credential.bytes.empty()) return {};
        std::vector<std::string> mended;  // the command has said so
        SPAREKEY_TRY(const core::KeySlotsFile file, storage::read_key_slots(paths_, mended));
        SPAREKEY_CHECK(core::open_slots(file.slots, credential));
        return {};
    }
    storage::OpenOptions options;
    options.command = "sparekey agent";
    SPAREKEY_TRY(auto folder, storage::OpenedFolder::open(paths_, credential, options,
                                                          clock_.now_ms(), random_));
    if (wanted.require_locked_memory && !core::memory_is_locked()) {
        return core::unexpected(core::ErrorCode::failed,
                                "the key's memory cannot be locked, and the config requires it",
                                "raise the limit (ulimit -l, LimitMEMLOCK=), or leave out "
                                "[agent] require_locked_memory");
    }
    history_kept_ = wanted.history_kept;
    key_ = std::make_unique<core::VaultKey>(folder->vault_key().clone());
    take(std::move(folder));
    return {};
}

void VaultHolder::take(std::unique_ptr<storage::OpenedFolder> folder) {
    folder_ = std::move(folder);
    for (const std::string& warning : folder_->warnings()) warnings_.push_back(warning);
    vault_ = std::make_unique<core::Vault>(folder_->key_slots().vault, folder_->device(),
                                           folder_->keyring(), folder_->store(), clock_, random_);
    vault_->keep_history(history_kept_);
    access_ = std::make_unique<LocalAccess>(
        *vault_, *folder_, tree_,
        [this](const std::string& warning) { warnings_.push_back(warning); });
    access_->delay_notes();
    unprepared_ = true;
}

core::Result<void> VaultHolder::open_files() {
    storage::OpenOptions options;
    options.command = "sparekey agent";
    SPAREKEY_TRY(auto folder, storage::OpenedFolder::open(paths_, *key_, options, random_));
    take(std::move(folder));
    return {};
}

core::Result<LocalAccess*> VaultHolder::access(const std::string& by) {
    if (!is_open()) return core::unexpected(core::ErrorCode::locked, "the vault is locked");
    if (!access_) SPAREKEY_CHECK(open_files());
    access_->serve(by);
    return access_.get();
}

void VaultHolder::step_aside() {
    write_notes();
    write_synced();
    // A sync may have brought another key.
    if (folder_) key_ = std::make_unique<core::VaultKey>(folder_->vault_key().clone());
    access_.reset();
    vault_.reset();
    folder_.reset();
}

/// What fails here fails again, and is told, when something is searched.
bool VaultHolder::prepare() try {
    if (!access_ || !unprepared_) return false;
    const auto more = access_->prepare();
    unprepared_ = more && *more;
    return unprepared_;
} catch (const std::exception&) {
    unprepared_ = false;
    return false;
}

void VaultHolder::write_notes() {
    if (access_) access_->write_notes();
}

void VaultHolder::write_synced() {
    if (access_) access_->write_synced();
}

}  // namespace sparekey::cli::agent
