// An account that lives in memory: devices with keys, a chain of commits, and the tree beside it.
// Honest by itself; tests take what it would do next, change one thing, and sign that.
#pragma once

#include "core/chain/advance.h"
#include "core/chain/leaf_tree.h"
#include "tests/support/seeded_random.h"

#include <functional>
#include <map>

namespace sparekey::tests {

struct TestDevice {
    core::SigningSeed signing;
    core::BoxSeed box;

    explicit TestDevice(core::Random& random)
        : signing(core::SigningSeed::random(random)), box(core::BoxSeed::random(random)) {}
    core::RosterDevice listed() const;
    core::DeviceId id() const { return listed().id(); }
};

class TestAccount {
  public:
    /// With its first commit, made by its one device, for the server at `origin`.
    explicit TestAccount(core::Random& random,
                         const std::string& origin = "https://sparekey.example");

    const core::ChainHead& head() const { return head_; }
    const core::LeafTree& tree() const { return tree_; }
    const std::vector<core::SignedCommit>& commits() const { return commits_; }
    const core::SigningSeed& account_seed() const { return account_.back(); }
    /// The ASKs so far, the newest last.
    std::vector<core::SigningPublicKey> account_keys() const;
    const std::vector<TestDevice>& devices() const { return devices_; }
    const std::map<core::RecordId, core::Bytes>& blobs() const { return blobs_; }

    /// What may come next, as `device` would make it: nothing changes yet.
    core::Commit next(const TestDevice& device) const;
    core::Roster next_roster() const;
    /// `commit` with `roster` in it, which `seed` signs; epoch and hash follow.
    static core::Commit with_roster(core::Commit commit, const core::Roster& roster,
                                    const core::SigningSeed& seed);
    static core::SignedCommit signed_by(const TestDevice& device, const core::Commit& commit);

    // Steps, each accepted and returned.
    /// By the first device.
    core::SignedCommit change(std::vector<core::RecordChange> changes);
    /// Puts and removes up to five records, by any device.
    core::SignedCommit change_records(SeededRandom& random);
    core::SignedCommit join(core::Random& random);
    enum class Signer { itself, other };
    /// The last device, which leaves or which the first one removes.
    TestDevice remove_last_device(Signer signer);
    /// New g, ASK and epoch, with grants for all devices.
    core::SignedCommit rotate(core::Random& random);
    core::SignedCommit change_roster(const std::function<void(core::Roster&)>& change);
    core::SignedCommit raise_policy(SeededRandom& random);
    /// Any of them, as chance has it.
    core::SignedCommit step(SeededRandom& random);

  private:
    core::SignedCommit accept(core::SignedCommit commit);
    core::SignedCommit accept_roster(const TestDevice& signer, core::Roster roster);
    core::SignedCommit change_by(const TestDevice& device, std::vector<core::RecordChange> changes);
    core::RecordId any_record(SeededRandom& random) const;
    core::RecordChange change_of(const core::RecordId& id, SeededRandom& random);

    std::vector<core::SigningSeed> account_;
    std::vector<TestDevice> devices_;
    core::ChainHead head_;
    core::LeafTree tree_;
    std::vector<core::SignedCommit> commits_;
    std::map<core::RecordId, core::Bytes> blobs_;
};

}  // namespace sparekey::tests
