#include "core/chain/advance.h"

#include "core/base/mutant.h"

#include <string>

namespace sparekey::core {
namespace {

Unexpected broken(std::uint64_t n, std::string_view rule) {
    return unexpected(ErrorCode::integrity,
                      "commit " + std::to_string(n) + " is refused: " + std::string(rule));
}

/// What a roster has to follow: nothing, for the first.
struct Before {
    Hash hash{};
    const Roster* roster = nullptr;
};

Result<void> check_place(const ChainHead& head, const Commit& commit) {
    if (!SPAREKEY_LEFT_OUT("commit-vault") && commit.vault != head.vault) {
        return broken(commit.n, "it belongs to another vault");
    }
    if (!SPAREKEY_LEFT_OUT("commit-number") && commit.n != head.at.n + 1) {
        return broken(commit.n, "the next one has number " + std::to_string(head.at.n + 1));
    }
    if (!SPAREKEY_LEFT_OUT("commit-previous") && commit.previous != head.at.hash) {
        return broken(commit.n, "it does not follow the commit before it");
    }
    return {};
}

Result<void> check_roster_place(const Commit& commit, const Roster& roster, const Hash& previous) {
    if (!SPAREKEY_LEFT_OUT("roster-vault") && roster.vault != commit.vault) {
        return broken(commit.n, "its roster belongs to another vault");
    }
    if (!SPAREKEY_LEFT_OUT("roster-number") && roster.n != commit.n) {
        return broken(commit.n, "its roster was made for another commit");
    }
    if (!SPAREKEY_LEFT_OUT("roster-previous") && roster.previous != previous) {
        return broken(commit.n, "its roster does not follow the roster before it");
    }
    return {};
}

Result<void> check_nothing_falls(std::uint64_t n, const Roster& before, const Roster& after) {
    if (!SPAREKEY_LEFT_OUT("roster-generation") && after.generation < before.generation) {
        return broken(n, "its roster goes back to an older vault key");
    }
    if (!SPAREKEY_LEFT_OUT("roster-account-key") && after.generation == before.generation &&
        after.account_key != before.account_key) {
        return broken(n, "its roster changes the account key without a rotation");
    }
    if (!SPAREKEY_LEFT_OUT("roster-epoch") && after.epoch < before.epoch) {
        return broken(n, "its roster goes back to an older epoch");
    }
    if (!SPAREKEY_LEFT_OUT("roster-kdf-memory") && after.pins.memory < before.pins.memory) {
        return broken(n, "its roster lowers the memory of the key derivation");
    }
    if (!SPAREKEY_LEFT_OUT("roster-kdf-passes") && after.pins.passes < before.pins.passes) {
        return broken(n, "its roster lowers the passes of the key derivation");
    }
    if (!SPAREKEY_LEFT_OUT("roster-min-format") && after.min_format < before.min_format) {
        return broken(n, "its roster allows an older format");
    }
    return {};
}

/// The roster that `commit` brings, which has to follow `before`.
Result<Roster> take_roster(const Commit& commit, const Before& before) {
    auto roster = decode_roster(commit.new_roster->bytes);
    if (!roster) return broken(commit.n, "its roster is malformed");
    const SigningPublicKey& authority =
        before.roster != nullptr ? before.roster->account_key : roster->account_key;
    if (!SPAREKEY_LEFT_OUT("roster-signature") && !verify_roster(*commit.new_roster, authority)) {
        return broken(commit.n, "its roster is not signed by the account key");
    }
    SPAREKEY_CHECK(check_roster_place(commit, *roster, before.hash));
    if (before.roster != nullptr) {
        SPAREKEY_CHECK(check_nothing_falls(commit.n, *before.roster, *roster));
    }
    return roster;
}

/// The device of a roster commit may be joining (only in the new one) or leaving (only in the old).
const RosterDevice* find_signer(const Commit& commit, const Roster& in_force,
                                const Roster* before) {
    const RosterDevice* listed = in_force.find(commit.device);
    const bool brings_roster = commit.new_roster.has_value();
    if (listed == nullptr && brings_roster && before != nullptr)
        listed = before->find(commit.device);
    return listed;
}

Result<void> check_signature(const SignedCommit& signed_commit, const Commit& commit,
                             const Roster& in_force, const Roster* before) {
    const RosterDevice* signer = find_signer(commit, in_force, before);
    if (signer == nullptr) return broken(commit.n, "its device is not a member");
    if (!SPAREKEY_LEFT_OUT("commit-signature") &&
        !verify_commit(signed_commit, signer->signing())) {
        return broken(commit.n, "it is not signed by its device");
    }
    return {};
}

/// What is left once place and roster are right.
Result<ChainStep> accept(const SignedCommit& signed_commit, Commit commit, ChainHead head,
                         const Roster* before) {
    if (!SPAREKEY_LEFT_OUT("commit-roster") && commit.roster != head.roster_hash) {
        return broken(commit.n, "it names another roster than the one in force");
    }
    if (!SPAREKEY_LEFT_OUT("commit-epoch") && commit.epoch != head.roster.epoch) {
        return broken(commit.n, "its epoch is not the roster's");
    }
    SPAREKEY_CHECK(check_signature(signed_commit, commit, head.roster, before));
    head.at = {commit.n, commit_hash(signed_commit)};
    head.state_root = commit.state_root;
    head.device = commit.device;
    head.time_ms = commit.time_ms;
    return ChainStep{std::move(head), std::move(commit)};
}

}  // namespace

Result<ChainStep> advance(const ChainHead& head, const SignedCommit& signed_commit) {
    SPAREKEY_TRY(Commit commit, decode_commit(signed_commit.bytes));
    SPAREKEY_CHECK(check_place(head, commit));
    ChainHead next = head;
    if (commit.new_roster) {
        SPAREKEY_TRY(next.roster, take_roster(commit, {head.roster_hash, &head.roster}));
        next.roster_hash = roster_hash(*commit.new_roster);
    }
    return accept(signed_commit, std::move(commit), std::move(next), &head.roster);
}

Result<ChainStep> begin_chain(const VaultId& vault, const SignedCommit& signed_commit) {
    SPAREKEY_TRY(Commit commit, decode_commit(signed_commit.bytes));
    ChainHead first;
    first.vault = vault;
    SPAREKEY_CHECK(check_place(first, commit));
    if (!commit.new_roster) return broken(commit.n, "the first one has to bring a roster");
    SPAREKEY_TRY(first.roster, take_roster(commit, {}));
    first.roster_hash = roster_hash(*commit.new_roster);
    return accept(signed_commit, std::move(commit), std::move(first), nullptr);
}

Result<void> check_links(const ChainPoint& from, std::span<const SignedCommit> commits,
                         const ChainPoint& to) {
    ChainPoint at = from;
    for (const SignedCommit& signed_commit : commits) {
        SPAREKEY_TRY(const Commit commit, decode_commit(signed_commit.bytes));
        if (!SPAREKEY_LEFT_OUT("chain-links") &&
            (commit.n != at.n + 1 || commit.previous != at.hash)) {
            return broken(commit.n, "it does not follow the commit before it");
        }
        at = {commit.n, commit_hash(signed_commit)};
    }
    if (!SPAREKEY_LEFT_OUT("chain-end") && at != to) {
        return broken(at.n, "the history does not lead to the head");
    }
    return {};
}

}  // namespace sparekey::core
