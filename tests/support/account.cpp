#include "tests/support/account.h"

#include "core/chain/grant.h"
#include "core/chain/records_check.h"
#include "core/crypto/hash.h"

#include <set>
#include <stdexcept>

namespace sparekey::tests {
namespace {

using namespace core;

constexpr std::uint64_t kStart = 1'700'000'000'000;
constexpr KdfCost kHighestPins{kKdfCeiling.memory / 2, 8};

template <class T>
T must(Result<T> result) {
    if (!result)
        throw std::logic_error("an honest account broke a rule: " + result.error().message);
    return std::move(*result);
}

}  // namespace

RosterDevice TestDevice::listed() const {
    return {signing_public_key(signing.expose()), box_public_key(box.expose()), Bytes(172, 7)};
}

TestAccount::TestAccount(Random& random, const std::string& origin) {
    account_.push_back(SigningSeed::random(random));
    devices_.emplace_back(random);
    Roster roster;
    roster.vault = VaultId::random(random);
    roster.devices.push_back(devices_[0].listed());
    roster.account_key = signing_public_key(account_seed().expose());
    roster.slots = random.bytes<32>();
    for (const SlotKind kind : {SlotKind::password, SlotKind::recovery}) {
        roster.openers.push_back({SlotId::random(random), kind, random.bytes<32>()});
    }
    put_in_order(roster);
    roster.pins = kKdfFloor;
    roster.keyring = random.bytes<32>();
    roster.origin = origin;
    head_.vault = roster.vault;
    const Commit first = with_roster(next(devices_[0]), roster, account_seed());
    commits_.push_back(signed_by(devices_[0], first));
    head_ = must(begin_chain(roster.vault, commits_.back())).head;
}

std::vector<SigningPublicKey> TestAccount::account_keys() const {
    std::vector<SigningPublicKey> keys;
    for (const SigningSeed& seed : account_) keys.push_back(signing_public_key(seed.expose()));
    return keys;
}

Commit TestAccount::next(const TestDevice& device) const {
    Commit commit;
    commit.vault = head_.vault;
    commit.n = head_.at.n + 1;
    commit.previous = head_.at.hash;
    commit.device = device.id();
    commit.roster = head_.roster_hash;
    commit.epoch = head_.roster.epoch;
    commit.state_root = tree_.root();
    commit.time_ms = kStart + commit.n;
    return commit;
}

Roster TestAccount::next_roster() const {
    Roster roster = head_.roster;
    roster.n = head_.at.n + 1;
    roster.previous = head_.roster_hash;
    roster.grants.clear();
    return roster;
}

Commit TestAccount::with_roster(Commit commit, const Roster& roster, const SigningSeed& seed) {
    commit.new_roster = must(sign_roster(roster, seed.expose()));
    commit.roster = roster_hash(*commit.new_roster);
    commit.epoch = roster.epoch;
    return commit;
}

SignedCommit TestAccount::signed_by(const TestDevice& device, const Commit& commit) {
    return must(sign_commit(commit, device.signing.expose()));
}

SignedCommit TestAccount::accept(SignedCommit commit) {
    ChainStep step = must(advance(head_, commit));
    if (!apply_commit(tree_, step.commit))
        throw std::logic_error("an honest account's root is off");
    head_ = std::move(step.head);
    commits_.push_back(commit);
    return commit;
}

SignedCommit TestAccount::accept_roster(const TestDevice& signer, Roster roster) {
    put_in_order(roster);
    return accept(signed_by(signer, with_roster(next(signer), roster, account_seed())));
}

/// A new record, or one that there is.
RecordId TestAccount::any_record(SeededRandom& random) const {
    const RecordId id = RecordId::random(random);
    const auto next = blobs_.lower_bound(id);
    return next == blobs_.end() || random.coin() ? id : next->first;
}

RecordChange TestAccount::change_of(const RecordId& id, SeededRandom& random) {
    const auto last = tree_.version(id);
    if (last && random.below(4) == 0) {
        blobs_.erase(id);
        return {id, *last + 1, std::nullopt};
    }
    Bytes blob(1 + random.below(64));
    random.fill(blob);
    blobs_[id] = blob;
    return {id, last ? *last + 1 : 1 + random.below(3), sha256(blob)};
}

SignedCommit TestAccount::change_records(SeededRandom& random) {
    std::set<RecordId> records;
    for (std::size_t left = 1 + random.below(5); left > 0; --left) {
        records.insert(any_record(random));
    }
    const TestDevice& device = devices_[random.below(devices_.size())];
    std::vector<RecordChange> changes;
    for (const RecordId& id : records) changes.push_back(change_of(id, random));
    return change_by(device, std::move(changes));
}

SignedCommit TestAccount::change(std::vector<RecordChange> changes) {
    return change_by(devices_[0], std::move(changes));
}

SignedCommit TestAccount::change_by(const TestDevice& device, std::vector<RecordChange> changes) {
    Commit commit = next(device);
    commit.changes = std::move(changes);
    LeafTree after = tree_;
    after.apply(commit.changes);
    commit.state_root = after.root();
    return accept(signed_by(device, commit));
}

SignedCommit TestAccount::join(Random& random) {
    TestDevice& device = devices_.emplace_back(random);
    Roster roster = next_roster();
    roster.devices.push_back(device.listed());
    return accept_roster(device, roster);
}

TestDevice TestAccount::remove_last_device(Signer signer) {
    TestDevice gone = std::move(devices_.back());
    devices_.pop_back();
    Roster roster = next_roster();
    std::erase_if(roster.devices,
                  [&](const RosterDevice& listed) { return listed.id() == gone.id(); });
    accept_roster(signer == Signer::itself ? gone : devices_[0], roster);
    return gone;
}

SignedCommit TestAccount::rotate(Random& random) {
    SigningSeed newer = SigningSeed::random(random);
    Roster roster = next_roster();
    roster.account_key = signing_public_key(newer.expose());
    ++roster.generation;
    ++roster.epoch;
    const VaultKey key = VaultKey::random(random);
    for (const TestDevice& device : devices_) {
        roster.grants.push_back(must(make_grant(roster, device.listed(), key, random)));
    }
    SignedCommit made = accept_roster(devices_[0], roster);
    account_.push_back(std::move(newer));
    return made;
}

SignedCommit TestAccount::change_roster(const std::function<void(Roster&)>& change) {
    Roster roster = next_roster();
    change(roster);
    return accept_roster(devices_[0], roster);
}

SignedCommit TestAccount::raise_policy(SeededRandom& random) {
    return change_roster([&](Roster& roster) {
        if (random.coin())
            roster.pins.memory = std::min(roster.pins.memory * 2, kHighestPins.memory);
        if (random.coin())
            roster.pins.passes = std::min(roster.pins.passes + 1, kHighestPins.passes);
        if (roster.min_format < 200)
            roster.min_format = static_cast<std::uint8_t>(roster.min_format + 1);
        roster.slots = random.bytes<32>();
    });
}

SignedCommit TestAccount::step(SeededRandom& random) {
    switch (random.below(8)) {
        case 0:
            return devices_.size() < 6 ? join(random) : change_records(random);
        case 1:
            if (devices_.size() == 1) return join(random);
            remove_last_device(random.coin() ? Signer::itself : Signer::other);
            return commits_.back();
        case 2:
            return rotate(random);
        case 3:
            return raise_policy(random);
        default:
            return change_records(random);
    }
}

}  // namespace sparekey::tests
