#include "storage/folder/unfinished_folder.h"

#include <unistd.h>

namespace sparekey::storage {

core::Result<UnfinishedFolder> UnfinishedFolder::begin(const FolderPaths& paths,
                                                       std::string_view command, VaultParts parts,
                                                       core::Random& random) {
    SPAREKEY_TRY(ClaimedFolder claimed, claim_folder(paths, command));
    std::unique_ptr<OpenedFolder> made(new OpenedFolder);
    made->paths_ = std::move(claimed.paths);
    made->warnings_ = std::move(claimed.warnings);
    made->lock_ = std::move(claimed.lock);
    made->key_ = std::make_unique<core::VaultKey>(std::move(parts.key));
    made->keyring_ = std::move(parts.keyring);
    made->device_ = std::move(parts.device);
    made->opened_by_ = parts.opened_by;
    // The database first: until keyslots is there it is nobody's vault.
    made->store_ = VaultStore::create(database_path(made->paths_), made->device_.database,
                                      parts.slots.vault, parts.sealed_keyring);
    UnfinishedFolder unfinished(std::move(made));
    unfinished.slots_ = std::move(parts.slots);
    unfinished.slots_.sealed_device = core::seal_device_secrets(
        *unfinished.folder_->key_, unfinished.slots_, unfinished.folder_->device_, random);
    return unfinished;
}

UnfinishedFolder::~UnfinishedFolder() {
    if (!folder_) return;
    const FolderPaths paths = folder_->paths_;
    const File lock = std::move(folder_->lock_);
    folder_.reset();
    remove_unfinished(paths);
}

std::unique_ptr<OpenedFolder> UnfinishedFolder::finish() && {
    folder_->replace_key_slots(std::move(slots_));
    finish_folder(folder_->paths_);
    folder_->follow_commits();
    folder_->write_head(folder_->store_->head());
    return std::move(folder_);
}

}  // namespace sparekey::storage
