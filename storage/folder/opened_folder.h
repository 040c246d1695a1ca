// A vault's folder, opened: the lock, the key slots, the keyring, this device's keys, the store.
//
//   NAME/vault.db, vault.db-wal   SQLCipher
//   NAME/vault.db.draft           while an import fills it (storage/folder/database_draft.h)
//   NAME/keyslots                 who can open it (core/vault/key_slots_file.h)
//   NAME/lock                     flock, with the holder's name
//   state/NAME/head               the sidecar
#pragma once

#include "core/vault/key_slots_file.h"
#include "storage/folder/database_draft.h"
#include "storage/folder/files.h"
#include "storage/folder/sidecar.h"
#include "storage/store/vault_store.h"

#include <functional>
#include <memory>
#include <string>

namespace sparekey::storage {

struct FolderPaths {
    std::string vault;  // …/sparekey/NAME in the data folder
    std::string state;  // …/sparekey/NAME in the state folder
};

/// Asked when the vault is older than the last one used here, after it was opened: a success goes
/// on from there. `older` says what is known.
using OnOlder = std::function<core::Result<void>(const core::Error& older, VaultStore& store)>;

struct OpenOptions {
    std::string command = "sparekey";  // for whoever waits for the lock
    bool is_bulk = false;              // very many rows will be written
    /// After the slow derivation, before the lock is waited for: somebody may let go of it.
    std::function<core::Result<void>()> before_lock = {};
    OnOlder on_older = {};  // none: refused
};

/// What `init` hands out once.
struct NewVault {
    core::SecretBytes secret_key;
    core::SecretBytes recovery_code;
};

class OpenedFolder {
  public:
    /// Makes the vault: device keys, keyring, password and recovery slots, database. The folder
    /// must not hold a vault (ErrorCode::conflict). `cost` is the vault's policy from now on.
    static core::Result<std::unique_ptr<OpenedFolder>> create(const FolderPaths& paths,
                                                              const core::Credential& password,
                                                              const core::KdfCost& cost,
                                                              std::uint64_t now_ms,
                                                              core::Random& random);
    /// ErrorCode::not_found without a vault, ErrorCode::locked for a wrong secret,
    /// ErrorCode::integrity for damage. A password slot below the vault's policy or the floor is
    /// raised.
    static core::Result<std::unique_ptr<OpenedFolder>> open(const FolderPaths& paths,
                                                            const core::Credential& credential,
                                                            const OpenOptions& options,
                                                            std::uint64_t now_ms,
                                                            core::Random& random);
    /// The same by the vault key itself, for whoever has it from an earlier opening.
    static core::Result<std::unique_ptr<OpenedFolder>> open(const FolderPaths& paths,
                                                            const core::VaultKey& key,
                                                            const OpenOptions& options,
                                                            core::Random& random);
    ~OpenedFolder();

    /// Before an import of so many bytes, and before anybody refers to store(), which is another
    /// one afterwards: where the database is not larger than that, the next transaction, and
    /// nothing else, is written into a copy that takes its place (storage/folder/database_draft.h).
    /// ErrorCode::integrity if the database is not the one that was opened any more.
    core::Result<void> begin_draft(std::uint64_t import_bytes);

    VaultStore& store() { return *store_; }
    const core::Keyring& keyring() const { return keyring_; }
    core::DeviceId device() const { return device_.device(); }
    const core::DeviceSecrets& device_secrets() const { return device_; }
    const core::KeySlots& key_slots() const { return slots_; }
    const core::VaultKey& vault_key() const { return *key_; }
    /// Which slot the credential opened.
    const core::SlotId& opened_by() const { return opened_by_; }
    const std::vector<std::string>& warnings() const { return warnings_; }
    bool sidecar_missing() const { return sidecar_missing_; }

    /// Writes `keyslots` anew, durably, under the vault key.
    void replace_key_slots(core::KeySlots slots) { write_key_slots(std::move(slots), *key_); }
    /// Seals the keyring anew with another recovery code.
    void replace_recovery_code(core::SecretBytes code, core::Random& random);

    /// What a sync left in the database for this folder: the keyring is read anew, and `keyslots`
    /// gets the account's slots, under another vault key after a rotation. A crash between the two
    /// is mended at the next opening.
    core::Result<void> take_account_keys(core::Random& random);

  private:
    friend class UnfinishedFolder;
    OpenedFolder() = default;
    core::Result<void> open_keys(const core::Credential& credential, const OpenOptions& options);
    core::Result<void> lock_and_read(const OpenOptions& options, core::KeySlotsFile& file);
    core::Result<void> take_keys(core::VaultKey key, core::KeySlotsFile file);
    core::Result<void> open_store(const OpenOptions& options, core::Random& random);
    core::Result<void> open_database(const std::string& path, Workload workload);
    void take_place();
    core::Unexpected explain(core::Error error) const;
    void write_key_slots(core::KeySlots slots, const core::VaultKey& key);
    core::Result<void> read_keyring(const core::VaultKey& key, std::uint32_t generation);
    void raise_slot(const core::Credential& credential, std::uint64_t now_ms, core::Random& random);
    void follow_commits();
    void write_head(const StoreHead& head);

    FolderPaths paths_;
    File lock_;
    core::KeySlots slots_;
    core::Hash key_slots_mac_{};  // of the file that lies there
    std::unique_ptr<core::VaultKey> key_;
    core::SlotId opened_by_;
    core::DeviceSecrets device_;
    core::Keyring keyring_;
    std::optional<DatabaseDraft> draft_;
    std::unique_ptr<VaultStore> store_;
    std::unique_ptr<Sidecar> sidecar_;
    std::vector<std::string> warnings_;
    bool sidecar_missing_ = false;
};

/// A folder in which no vault lies yet, locked, for one that is about to be made there.
struct ClaimedFolder {
    FolderPaths paths;  // resolved
    File lock;
    std::vector<std::string> warnings;
};

/// Makes the folders. Until finish_folder(), what lies there without `keyslots` is nobody's vault:
/// the next claim clears it away. ErrorCode::conflict over a vault.
core::Result<ClaimedFolder> claim_folder(const FolderPaths& paths, std::string_view command);
/// `keyslots` is there, the last of the vault's files.
void finish_folder(const FolderPaths& paths);

/// What lies in a claimed folder is cleared away, by whoever holds its lock.
void remove_unfinished(const FolderPaths& paths);
std::string database_path(const FolderPaths& paths);

/// Something of a vault lies there, whole or damaged. ErrorCode::integrity if the folder is not
/// ours; what was mended on the way is in `warnings`.
core::Result<bool> vault_exists(const FolderPaths& paths, std::vector<std::string>& warnings);

/// What can be said of a vault without opening it. ErrorCode::not_found without one; what was
/// mended on the way is in `warnings`.
core::Result<core::KeySlotsFile> read_key_slots(const FolderPaths& paths,
                                                std::vector<std::string>& warnings);

}  // namespace sparekey::storage
