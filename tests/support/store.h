// A store in a folder of its own, and a folder opened without a slow key derivation.
#pragma once

#include "storage/folder/opened_folder.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

namespace sparekey::tests {

/// A vault made once at the floor's cost; opened by its recovery code, which costs nothing.
class FolderOnDisk {
  public:
    FolderOnDisk();

    storage::FolderPaths paths() const { return paths_of(home_.path()); }
    /// The same two folders below another path, for copies.
    static storage::FolderPaths paths_of(const std::string& base) {
        return {base + "/.local/share/sparekey/default", base + "/.local/state/sparekey/default"};
    }
    const Home& home() const { return home_; }
    core::Result<std::unique_ptr<storage::OpenedFolder>> open(
        const storage::FolderPaths& paths) const;
    core::Result<std::unique_ptr<storage::OpenedFolder>> open() const { return open(paths()); }

  private:
    Home home_;
    core::SecretBytes recovery_code_;
};

/// An item "title" whose user name is `username`, added or changed; its record's id.
core::RecordId put_item(storage::OpenedFolder& folder, const std::string& title,
                        const std::string& username);
/// The user name of the item called `title`.
core::Result<std::string> username_of(storage::OpenedFolder& folder, const std::string& title);

}  // namespace sparekey::tests
