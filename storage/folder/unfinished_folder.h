// A vault that is being made, by `init` or by a device that joins: keys and database are there, the
// last of its files, `keyslots`, is not. Until finish() it is nobody's vault.
#pragma once

#include "storage/folder/opened_folder.h"

namespace sparekey::storage {

/// The keys that the vault begins with.
struct VaultParts {
    core::VaultKey key;
    core::Keyring keyring;
    core::DeviceSecrets device;
    core::KeySlots slots;    // all but `sealed_device`
    core::SlotId opened_by;  // one of the slots
    core::Bytes sealed_keyring;
};

class UnfinishedFolder {
  public:
    /// Claims the folder for `command` and makes the database. ErrorCode::conflict over a vault.
    static core::Result<UnfinishedFolder> begin(const FolderPaths& paths, std::string_view command,
                                                VaultParts parts, core::Random& random);
    /// What is not finished is removed again.
    ~UnfinishedFolder();
    UnfinishedFolder(UnfinishedFolder&&) noexcept = default;
    UnfinishedFolder& operator=(UnfinishedFolder&&) = delete;

    VaultStore& store() { return folder_->store(); }
    /// It is a vault from now on.
    std::unique_ptr<OpenedFolder> finish() &&;

  private:
    explicit UnfinishedFolder(std::unique_ptr<OpenedFolder> folder) : folder_(std::move(folder)) {}

    std::unique_ptr<OpenedFolder> folder_;
    core::KeySlots slots_;
};

}  // namespace sparekey::storage
