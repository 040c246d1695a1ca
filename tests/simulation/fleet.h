// A fleet of devices that edit, trash, purge, settle conflicts, sync, crash and lose messages as a
// seed says, and a book of all that was ever entered; at the end, what must hold.
#pragma once

#include "tests/simulation/simulated_device.h"

#include <set>

namespace sparekey::tests {

/// A process that ends in the middle of a change has changed all of it or nothing.
template <class Change>
bool crashed(SimulatedDevice& device, Change change) try {
    change();
    return false;
} catch (const Crash&) {
    device.restart();
    return true;
}

/// What a device may do. On its first item, but for those that need none.
enum class Deed : std::uint8_t { adds, edits, attaches, trashes, restores, purges, settles, syncs };

struct FleetOptions {
    std::size_t devices = 3;
    std::size_t steps = 40;
    std::size_t loses_percent = 10;
    bool crashes = true;
    bool skew = true;
    bool restores = true;          // of older backups of a device
    bool rotations = true;         // of every key of the account
    bool on_file = false;          // the devices' records lie in a vault.db, too
    bool server_restores = false;  // of older backups of the server, after which devices reseed
    /// Every key may be replaced after that, too. A device that is told that nobody but its person
    /// can say which keys hold goes on alone: it is set aside.
    bool rotates_restored = false;
    /// Devices join later, are removed by others, and change the ways in.
    bool members = false;
};

class Fleet {
  public:
    Fleet(std::uint64_t seed, const FleetOptions& options);

    /// Does what the seed says, then lets everybody talk until nothing is new.
    void run();
    /// All devices but those that were set aside, which keep what they had, equal each other and
    /// the server, nothing entered is lost, no item lacks what nobody removed, nothing purged came
    /// back, no nonce was used twice. Empty if all of it holds, else what does not.
    std::string complaint();
    /// One step that a test chooses, and no more than that.
    void perform(std::size_t device, Deed deed);
    /// Lets everybody talk until nothing is new.
    void come_to_rest();
    /// All that what follows depends on, at a time when nothing is on its way.
    struct Saved;
    std::shared_ptr<const Saved> save() const;
    void put_back(const Saved& saved);
    /// What was done, for whoever looks for the reason.
    const std::vector<std::string>& log() const { return log_; }
    /// Of how many answers of the devices' files it is known that memory gives the same.
    std::size_t file_answers() const;

  private:
    struct Entered {
        core::RecordId item;
        std::string value;
        std::string device = {};  // its name
        bool is_new = false;      // when a server was restored, nobody else had it
    };
    /// What a device knew of an item when it destroyed it.
    struct Purge {
        std::string device;
        std::size_t at = 0;  // line of the log
        core::RecordId item;
        core::Context seen;
        std::set<std::string> values;
    };

    struct Backup {
        std::size_t at = 0;  // line of the log
        SimulatedDevice::Disk disk;
    };
    /// What a device had when it was set aside.
    using Kept = std::vector<Entered>;

    void step();
    void change(SimulatedDevice& device);
    void change(SimulatedDevice& device, Deed deed, const core::RecordId& item);
    void edit(SimulatedDevice& device, const core::RecordId& item);
    void add(SimulatedDevice& device);
    void attach(SimulatedDevice& device, const core::RecordId& item);
    void settle_conflict(SimulatedDevice& device, const core::RecordId& item);
    void purge(SimulatedDevice& device);
    void sync(SimulatedDevice& device);
    void rotate(SimulatedDevice& device);
    void save_or_restore(SimulatedDevice& device);
    void save_or_restore_server();
    void reseed(SimulatedDevice& device);
    void set_aside(SimulatedDevice& device);
    void change_members(SimulatedDevice& device);
    void let_in(SimulatedDevice& device);
    void remove_another(SimulatedDevice& device);
    void change_slots(SimulatedDevice& device);
    /// The server says that it does not know the device, or that somebody removed it.
    bool is_left_out(const SimulatedDevice& device, const core::Error& error) const;
    void leave(SimulatedDevice& device);
    /// It has heard of all that the server has.
    bool is_up_to_date(SimulatedDevice& device) const;
    void note_slots();
    void set_waiting_aside();
    SimulatedDevice& add_device(const SharedKeys& keys);
    bool is_aside(const SimulatedDevice& device) const;
    static bool holds(SimulatedDevice& device, const Entered& entered);
    /// On a device that was not set aside.
    bool is_elsewhere(const Entered& one);
    void enter(SimulatedDevice& device, std::vector<Entered> entered);
    void note_older_changes(SimulatedDevice& device);
    std::string new_value(const core::RecordId* item, std::vector<Entered>& entered);
    std::string say(SimulatedDevice& device, const std::string& what);
    std::string equality_complaint();
    bool was_heard(const Purge& purge) const;
    bool was_refused(const core::RecordId& item) const;
    std::string loss_complaint(SimulatedDevice& device);
    std::string attachment_complaint(SimulatedDevice& device);
    std::string blank_complaint(SimulatedDevice& device);
    std::string return_complaint(SimulatedDevice& device);
    static std::set<std::string> values_of(SimulatedDevice& device, const core::RecordId& item);
    static std::vector<core::RecordId> items_of(SimulatedDevice& device);

    SeededRandom random_;
    FleetOptions options_;
    std::uint64_t time_ms_ = 1'764'000'000'000;
    SharedKeys keys_;
    SimulatedServer server_;
    std::vector<std::unique_ptr<SimulatedDevice>> devices_;
    std::map<std::string, Backup> backups_;
    std::set<std::string> restored_;  // devices
    struct ServerBackup {
        SimulatedServer server;
        std::set<core::SlotId> slots, replaced_slots;  // then
    };
    std::optional<ServerBackup> server_backup_;
    bool server_restored_ = false;
    std::map<std::string, Kept> aside_;     // by the devices' names
    std::set<std::string> not_everybodys_;  // values that only those have, or that may be refused
    /// Items that a restored device changed, under stamps that others may have seen of it before;
    /// and of which its backup held a change that was never sent as such: nobody can tell it from
    /// one that was made after the restoring, and so it is kept.
    std::set<core::RecordId> changed_by_restored_;
    std::set<std::string> sent_away_;        // devices that somebody removed, or tried to
    bool is_patient_ = true;                 // whom the server does not know may wait
    std::set<std::string> waiting_;          // names: for keys or slots that the server lost
    std::set<core::SlotId> slots_;           // of the account, when it was last looked at
    std::set<core::SlotId> replaced_slots_;  // which it had
    std::vector<Entered> entered_;
    std::vector<Purge> purges_;
    std::size_t values_ = 0;
    std::vector<std::string> log_;
    std::string failure_;  // of a step
};

}  // namespace sparekey::tests
