// The account's server in memory, with the rules of the real one and nothing around them; and the
// network between it and a device, which loses what a seed says.
#pragma once

#include "core/chain/advance.h"
#include "core/chain/leaf_tree.h"
#include "sync/client/account_server.h"
#include "tests/support/seeded_random.h"

#include <map>
#include <set>

namespace sparekey::tests {

class SimulatedServer {
  public:
    core::Result<std::variant<core::PushAnswer, sync::PushConflict>> push(
        const core::PushRequest& request);
    core::PullPage pull(std::uint64_t after) const;
    core::SnapshotPage snapshot(const std::optional<core::RecordId>& after) const;

    core::ChainPoint head() const { return head_ ? head_->at : core::ChainPoint{}; }
    const core::ChainHead& chain() const { return *head_; }
    const core::SignedCommit& last_commit() const { return commits_.back(); }
    const core::SignedRoster& roster() const { return roster_; }
    const core::RosterParts& parts() const { return parts_; }
    /// Somebody's purge has come here.
    bool has_removed(const core::RecordId& id) const { return removed_.count(id) != 0; }
    /// At any time.
    bool has_held(const core::Hash& blob) const { return held_.count(blob) != 0; }
    std::size_t record_count() const { return records_.size(); }
    bool lists(const core::DeviceId& device) const;
    /// Since its beginning, as far as this server knows.
    bool has_listed(const core::DeviceId& device) const { return listed_.count(device) != 0; }
    /// Whether two blobs were ever sealed under one nonce; empty if not.
    std::string nonce_complaint() const { return repeated_nonce_; }
    /// So that a page ends in the middle of what there is.
    std::size_t commits_a_page = 1000;
    std::size_t records_a_page = 1000;

  private:
    struct Kept {
        std::uint64_t version = 0;
        core::Bytes blob;
        std::uint64_t n = 0;  // of the commit that brought it
    };
    core::Result<core::ChainStep> check(const core::PushRequest& request) const;
    void note_blob(const core::Bytes& blob);
    void store(const core::PushRequest& request, core::ChainStep step);

    std::optional<core::ChainHead> head_;
    std::vector<core::SignedCommit> commits_;
    std::vector<bool> with_roster_;
    core::SignedRoster roster_;
    core::RosterParts parts_;
    core::LeafTree tree_;
    std::map<core::RecordId, Kept> records_;
    std::set<core::RecordId> removed_;
    std::set<core::Hash> held_;
    std::set<core::DeviceId> listed_;
    std::map<core::Bytes, core::Hash> nonces_;
    std::string repeated_nonce_;
};

/// What a device hears of the server.
class Network final : public sync::AccountServer {
  public:
    Network(SimulatedServer& server, const core::DeviceId& device, SeededRandom& random)
        : server_(server), device_(device), random_(random) {}

    core::Result<std::variant<core::PushAnswer, sync::PushConflict>> push(
        const core::PushRequest& request) override;
    core::Result<core::PullPage> pull(std::uint64_t after) override;
    core::Result<core::SnapshotPage> snapshot(const std::optional<core::RecordId>& after) override;

    bool is_cut = false;
    std::size_t loses_percent = 0;
    /// Called between two messages: others go on meanwhile.
    std::function<void()> meanwhile = [] {};

  private:
    bool lost() { return is_cut || random_.below(100) < loses_percent; }
    core::Result<void> check_member() const;
    SimulatedServer& server_;
    const core::DeviceId device_;
    SeededRandom& random_;
    std::vector<core::PushRequest> late_;  // that arrive once more
};

}  // namespace sparekey::tests
