// A device of the simulation: the real vault, merge and sync code over records in memory, with a
// clock that may be days off.
#pragma once

#include "core/replica/new_keys.h"
#include "core/replica/snapshot.h"
#include "core/vault/vault.h"
#include "sync/client/joining.h"
#include "sync/client/synchronize.h"
#include "tests/simulation/mirrored_records.h"
#include "tests/simulation/simulated_server.h"

#include <set>

namespace sparekey::tests {

class SkewedClock final : public core::Clock {
  public:
    std::uint64_t now_ms() const override {
        return static_cast<std::uint64_t>(static_cast<std::int64_t>(*time_ms) + skew_ms);
    }
    const std::uint64_t* time_ms = nullptr;
    std::int64_t skew_ms = 0;
};

/// What all devices of an account share at its beginning.
struct SharedKeys {
    explicit SharedKeys(core::Random& random);
    SharedKeys(core::Random& random, const core::VaultId& vault);
    SharedKeys() = default;

    core::VaultId vault;
    core::VaultKey key;
    core::Keyring keyring;
    core::AccountSlots slots;  // one of a recovery code: no slow derivation
    core::Bytes sealed_keyring;
};

/// What lies in a device's `keyslots`: who can open the vault, and, for the person who can, its
/// key.
struct KeyFile {
    core::VaultKey key;
    core::AccountSlots slots;
};

/// sync::Replica over the pure steps, as the program's own.
class SimulatedReplica;

class SimulatedDevice {
  public:
    /// `on_file`: its records lie in a vault.db, too.
    SimulatedDevice(const SharedKeys& keys, std::string name, const std::uint64_t* time_ms,
                    SimulatedServer& server, SeededRandom& random, bool on_file = false);
    ~SimulatedDevice();
    SimulatedDevice(const SimulatedDevice&) = delete;
    SimulatedDevice& operator=(const SimulatedDevice&) = delete;

    /// Makes the account.
    void found();
    /// Becomes a member; its first sync fetches what there is.
    void join();
    /// Whether the server's account has the keys that are here.
    bool opens_account() const;
    /// Becomes a member again of an account that does not list it any more, with what it has: its
    /// reseed makes the server's history its own.
    void join_again();
    /// As the program's `sync`. Nothing if the process ended in the middle.
    std::optional<core::Result<sync::SyncReport>> sync(const core::Permissions& permissions = {},
                                                       const core::RosterWish& wish = {});
    /// As the program's `sync --reseed`.
    std::optional<core::Result<sync::SyncReport>> reseed();
    /// The keys that take the place of this device's.
    std::shared_ptr<const core::Rotation> new_rotation();
    /// Another way in of this kind takes the place of those that there are, as a new password does.
    void replace_slot(core::SlotKind kind = core::SlotKind::recovery);
    /// One more of this kind.
    void add_slot(core::SlotKind kind);
    /// No way in of this kind is left.
    void remove_slots(core::SlotKind kind);
    /// What one that joins the account now has of it, if this device knows what the account has.
    SharedKeys keys_of_now();
    /// As one that joins has them of the account.
    void take_slots_of(const SimulatedDevice& other);
    /// Begins anew with what is on the disk.
    void restart();

    core::Vault& vault() { return *vault_; }
    MemoryRecords& records() { return records_; }
    /// What its file does otherwise than its memory; empty if there is no file.
    std::string file_complaint() { return mirror_ ? mirror_->complaint() : std::string(); }
    std::size_t file_answers() const { return mirror_ ? mirror_->compared() : 0; }
    /// Vault and keys, as a backup has them.
    struct Disk {
        MemoryRecords::Disk records;
        std::shared_ptr<const KeyFile> keys;
        std::shared_ptr<const MirroredRecords::Folder> folder;  // of a vault.db, if it has one
    };
    Disk disk() const { return {records_.disk, file_, mirror_ ? mirror_->save() : nullptr}; }
    /// And begins anew with it.
    void put_back(const Disk& disk);
    core::DeviceId id() const { return id_; }
    std::uint32_t generation() const { return file_->slots.generation; }
    core::SlotId slot() const { return file_->slots.slots.front().id; }
    /// As the account's are coded.
    core::Bytes slots() const { return encode(file_->slots); }
    core::Bytes sealed_keyring();
    /// Records that were evidence against a removed device, by now.
    const std::set<core::RecordId>& refused() const { return refused_; }
    Network& network() { return network_; }
    SkewedClock& clock() { return clock_; }
    sync::Replica& replica();
    const std::string& name() const { return name_; }

  private:
    friend class SimulatedReplica;
    core::SyncStore& store();
    core::ReplicaContext context();
    sync::SyncOptions options();
    core::KeySlot new_slot(core::SlotKind kind, bool is_kits);
    void put_slots(core::AccountSlots slots);
    core::Result<core::Keyring> open_account() const;
    sync::Join new_join();
    /// As the program's folder does after a commit that may have brought keys.
    void take_keys();

    const core::VaultId vault_id_;
    std::string name_;
    SeededRandom& random_;
    SimulatedServer& server_;
    SkewedClock clock_;
    core::DeviceSecrets secrets_;
    const core::DeviceId id_;
    std::shared_ptr<const KeyFile> file_;
    core::Keyring keyring_;
    MemoryRecords records_;
    std::unique_ptr<MirroredRecords> mirror_;
    Network network_;
    std::set<core::RecordId> refused_;
    core::AccountTree tree_;
    std::unique_ptr<core::Vault> vault_;
    std::unique_ptr<SimulatedReplica> replica_;
};

}  // namespace sparekey::tests
