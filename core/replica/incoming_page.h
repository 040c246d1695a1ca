// One page of the account's history on its way in: applied (incoming.cpp), or only looked at
// (foresight.cpp). Private to core/replica.
#pragma once

#include "core/replica/arrival.h"
#include "core/replica/foresight.h"
#include "core/replica/incoming.h"
#include "core/replica/parts.h"
#include "core/replica/reseed.h"

namespace sparekey::core {

class IncomingPage {
  public:
    IncomingPage(const ReplicaContext& context, const PullPage& page)
        : context_(context), page_(page) {}

    Result<Applied> apply(const Permissions& permissions, const Toll& toll);
    /// The page after those of `seen`, which now has it too.
    Result<Foreseen> foresee(std::optional<Foresight> seen);

  private:
    /// Its records come with a snapshot.
    bool is_joining() const { return state_.stage != AccountStage::in_use; }
    Result<void> follow_chain();
    Result<void> follow(const SignedCommit& commit);
    void wait_for_keys_of(const Roster& rotation);
    Unexpected parted(Error&& error, const SignedCommit& commit) const;
    Result<void> take_parts();
    /// A roster that is newer here waits to be put on the server's.
    bool is_due() const { return reseed_ && !reseed_->due.bytes.empty(); }
    void take_keys(NewKeys& keys, const RosterParts& account);
    Result<void> recall(const std::optional<Foresight>& seen);
    Result<void> foresee_keys(std::uint32_t known);
    void open_ahead(NewKeys keys, const Bytes& keyring);
    Foresight seen_by_now(std::optional<Foresight> before);
    Result<void> pass_given_back();
    Result<void> take_base();
    void follow_rosters();
    void leave_out_removed(Roster& roster) const;
    void pass(RecordChange&& change);
    Result<void> check_end();
    Result<void> check_awaited();
    Result<void> plan();
    bool was_sent(const RecordChange& change) const;
    void add_late_blobs();
    const Bytes* blob_of(const RecordId& record) const;
    /// What of a removed item's parts is kept.
    struct Belongings {
        bool everything = false;
        std::set<RecordId> chunks = {};
    };
    Result<Belongings> belongings(const RecordId& item) const;
    Result<void> keep_belongings();
    std::optional<std::set<RecordId>> needed_chunks(const Arrival& arrival) const;
    bool drop_stray_parts(SyncTransaction& transaction) const;
    void count();
    void note_awaited(SyncTransaction& transaction) const;
    void keep_late_blobs(SyncTransaction& transaction);
    void keep_commits(SyncTransaction& transaction) const;
    PushRequest pushed(const SignedCommit& signed_commit) const;
    Result<void> write();

    /// With the keys that came with this page.
    const ReplicaContext& context() const { return renewed_ ? *renewed_ : context_; }

    const ReplicaContext& context_;
    const PullPage& page_;
    std::optional<RecordSealer> new_sealer_;
    std::optional<ReplicaContext> renewed_;
    AccountState state_;
    ChainHead head_;
    std::optional<PushRequest> pending_;
    std::vector<RecordChange> sent_;     // by the push that was on its way, sorted by id
    std::optional<SignedCommit> taken_;  // that push, if it is in the history
    /// A roster that came, and when.
    struct Came {
        Roster roster;
        SignedRoster signed_roster;
        std::uint64_t at_ms = 0;
    };
    std::vector<Came> rosters_;
    std::optional<Roster> rotation_;            // the last one whose keys are not here
    std::vector<RecordBlob> late_;              // that came before their key, sorted by id
    std::map<RecordId, RecordChange> changes_;  // the last of each record
    std::set<RecordId> awaited_;                // from pages before
    std::set<RecordId> destroyed_;              // at some time
    std::set<RecordId> went_through_;           // the blob that is here, at some time
    std::vector<Arrival> arrivals_;
    std::optional<ArrivedParts> parts_;
    std::optional<Reseed> reseed_;  // while the account's records are awaited after one
    Applied applied_;
    // Of a page that is only looked at, with those before it.
    bool looks_ahead_ = false;
    std::optional<NewKeys> keys_ahead_;  // of `rotation_`
    Bytes opened_keyring_;               // which they opened
};

}  // namespace sparekey::core
