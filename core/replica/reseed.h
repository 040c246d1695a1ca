// A server that has another history than this device, because it came back from a backup: its
// history is read from the first commit on, verified, and made this device's; what is here is held
// against it anew and pushed on its head (DESIGN section 6, "Reseed").
//
// Nothing that is here changes until the last page is in. From then on the account is in
// AccountStage::reseeding: the roster that was newer here is pushed, then the account's records are
// merged with all that is here, as a snapshot, and what the account lacks is unsent.
#pragma once

#include "core/replica/context.h"

#include <set>

namespace sparekey::core {

/// Where both sides changed devices, slots or keys.
inline constexpr const char* kBothChangedHint =
    "`sparekey export` here keeps all that is here; then `sparekey --vault NAME login` joins the "
    "account as the server has it, or `sparekey --vault NAME init` makes another one; `import` "
    "there brings it back";

/// What one page of the server's history came to.
struct ReseedStep {
    bool adopted = false;  // it was the last one
    std::vector<std::string> news;
};

/// The next page of the server's history; the `first` one begins with its first commit.
/// ErrorCode::integrity if it is no history of this account, or if both sides changed devices,
/// slots or keys since they parted; ErrorCode::refused if this device is no member there.
Result<ReseedStep> reseed_page(const ReplicaContext& context, const PullPage& page, bool first);

/// A record of which the version was written by a device that is known to be removed, though the
/// server did not know it yet: evidence, and never merged, unless a member changed the item, too:
/// only that version may have what the member entered.
struct RecordVersion {
    RecordId id;
    std::uint64_t version = 1;
};

/// What is known of the server's history, while it is read and until its records are here.
struct Reseed {
    SignedCommit commit;       // the last one that was read
    SignedRoster roster;       // in force with it
    RosterParts parts;         // the last ones that came
    bool knows_ours = false;   // the roster that is in force here was in force there, too
    std::uint64_t common = 0;  // the last commit that is in both histories, as far as is known
    Bytes rotation;            // roster of the last rotation that is not known here, encoded
    std::vector<RecordVersion> by_removed;  // since they parted; sorted by id
    std::set<RecordId> by_members;          // since then, at some time
    std::set<SlotId> taken;                 // note_taken_slots()
    bool has_own = false;                   // since they parted, it has commits of this device
    /// Adopted: the roster that was in force here and is newer, to be put on the server's; empty if
    /// none is.
    SignedRoster due;
    Bytes due_slots;             // that it names, encoded; empty: an older program adopted it
    Hash due_keyring{};          // and the hash of its sealed keyring
    std::set<Hash> known;        // of rosters that were in force before `due` (rosters_before())
    bool rejoined = false;       // this device has joined it again, by note_rejoin()'s commit
    bool rejoined_last = false;  // and the roster is that commit's
};

/// As far as it is known here.
bool was_removed(const std::vector<KnownDevice>& devices, const DeviceId& device);
/// Who wrote what, as far as it matters: `devices` are those that are known here.
void note_writers(const Commit& commit, const std::vector<KnownDevice>& devices, Reseed& reseed);

/// Before the commit of that hash is sent, by which a device that the server does not know any more
/// joins its account again.
void note_rejoin(const Hash& commit, SyncTransaction& transaction);

/// The same devices, slots and generation: it does not matter which of both is in force.
bool say_the_same(const Roster& left, const Roster& right);

/// By the store's state `key`. Nothing if there is none. ErrorCode::integrity.
Result<std::optional<Reseed>> read_reseed(SyncStore& store, std::string_view key);
void put_reseed(const Reseed& reseed, std::string_view key, SyncTransaction& transaction);

}  // namespace sparekey::core
