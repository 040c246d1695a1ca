#include "tests/simulation/simulated_server.h"

#include "core/chain/account_slots.h"
#include "core/chain/records_check.h"
#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::tests {
namespace {

core::Unexpected lost_message() {
    return core::unexpected(core::ErrorCode::offline, "the network lost it");
}

}  // namespace

core::Result<core::ChainStep> SimulatedServer::check(const core::PushRequest& request) const {
    SPAREKEY_TRY(const core::Commit commit, core::decode_commit(request.commit.bytes));
    core::Result<core::ChainStep> step = head_ ? core::advance(*head_, request.commit)
                                               : core::begin_chain(commit.vault, request.commit);
    if (!step) return step;
    SPAREKEY_CHECK(core::check_blobs(step->commit, request.blobs));
    SPAREKEY_CHECK(core::check_versions(
        step->commit, [&](const core::RecordId& id) { return tree_.version(id); }));
    if (request.parts) {
        SPAREKEY_CHECK(core::accept_slots(step->head.roster, request.parts->slots));
        SPAREKEY_CHECK(core::check_keyring(step->head.roster, request.parts->keyring));
    }
    return step;
}

void SimulatedServer::note_blob(const core::Bytes& blob) {
    constexpr std::size_t kAt = 2;  // after format and suite
    constexpr std::size_t kSize = 24;
    const core::Bytes nonce(blob.begin() + kAt, blob.begin() + kAt + kSize);
    const core::Hash hash = core::sha256(blob);
    held_.insert(hash);
    const auto [known, is_new] = nonces_.emplace(nonce, hash);
    if (!is_new && known->second != hash) repeated_nonce_ = "a nonce was used for two blobs";
}

void SimulatedServer::store(const core::PushRequest& request, core::ChainStep step) {
    auto blob = request.blobs.begin();
    for (const core::RecordChange& change : step.commit.changes) {
        if (change.blob) {
            note_blob(*blob);
            records_[change.id] = {change.version, *blob++, step.head.at.n};
        } else {
            records_.erase(change.id);
            removed_.insert(change.id);
        }
    }
    tree_.apply(step.commit.changes);
    commits_.push_back(request.commit);
    with_roster_.push_back(step.commit.new_roster.has_value());
    if (step.commit.new_roster) {
        roster_ = *step.commit.new_roster;
        for (const core::RosterDevice& device : step.head.roster.devices) {
            listed_.insert(device.id());
        }
        parts_ = *request.parts;
    }
    head_ = std::move(step.head);
}

core::Result<std::variant<core::PushAnswer, sync::PushConflict>> SimulatedServer::push(
    const core::PushRequest& request) {
    using Answer = std::variant<core::PushAnswer, sync::PushConflict>;
    SPAREKEY_TRY(const core::Commit commit, core::decode_commit(request.commit.bytes));
    if (commit.n <= commits_.size() && commits_[commit.n - 1] == request.commit) {
        return Answer(core::PushAnswer{{commit.n, core::commit_hash(request.commit)}, {}});
    }
    if (commit.n != commits_.size() + 1 || commit.previous != head().hash) {
        return Answer(sync::PushConflict{head()});
    }
    SPAREKEY_TRY(core::ChainStep step, check(request));
    store(request, std::move(step));
    return Answer(core::PushAnswer{head(), {}});
}

core::PullPage SimulatedServer::pull(std::uint64_t after) const {
    core::PullPage page;
    page.head = head();
    const std::uint64_t end = std::min<std::uint64_t>(commits_.size(), after + commits_a_page);
    for (std::uint64_t n = after; n < end; ++n) {
        page.commits.push_back(commits_[n]);
        if (with_roster_[n]) page.parts = parts_;
    }
    for (const auto& [id, kept] : records_) {
        if (kept.n > after && kept.n <= end) page.blobs.push_back({id, kept.version, kept.blob});
    }
    return page;
}

core::SnapshotPage SimulatedServer::snapshot(const std::optional<core::RecordId>& after) const {
    core::SnapshotPage page;
    page.head = head();
    for (auto at = after ? records_.upper_bound(*after) : records_.begin(); at != records_.end();
         ++at) {
        page.more = page.records.size() == records_a_page;
        if (page.more) break;
        page.records.push_back({at->first, at->second.version, at->second.blob});
    }
    return page;
}

bool SimulatedServer::lists(const core::DeviceId& device) const {
    return head_ && head_->roster.find(device) != nullptr;
}

/// Nobody else gets a token.
core::Result<void> Network::check_member() const {
    if (server_.lists(device_)) return {};
    if (server_.has_listed(device_)) {
        return core::unexpected(core::ErrorCode::refused,
                                "this device was removed from the account");
    }
    return core::unexpected(core::ErrorCode::integrity,
                            "the server does not know this device any more");
}

core::Result<std::variant<core::PushAnswer, sync::PushConflict>> Network::push(
    const core::PushRequest& request) {
    meanwhile();
    if (lost()) return lost_message();
    SPAREKEY_CHECK(check_member());
    // One that was answered long ago arrives once more.
    if (!late_.empty() && random_.below(100) < loses_percent) {
        [[maybe_unused]] const auto answer = server_.push(late_[random_.below(late_.size())]);
    }
    auto answer = server_.push(request);
    late_.push_back(request);
    meanwhile();
    if (lost()) return lost_message();
    return answer;
}

core::Result<core::PullPage> Network::pull(std::uint64_t after) {
    meanwhile();
    if (lost()) return lost_message();
    SPAREKEY_CHECK(check_member());
    core::PullPage page = server_.pull(after);
    meanwhile();
    if (lost()) return lost_message();
    return page;
}

core::Result<core::SnapshotPage> Network::snapshot(const std::optional<core::RecordId>& after) {
    meanwhile();
    if (lost()) return lost_message();
    SPAREKEY_CHECK(check_member());
    return server_.snapshot(after);
}

}  // namespace sparekey::tests
