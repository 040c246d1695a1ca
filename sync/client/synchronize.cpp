#include "sync/client/synchronize.h"

#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

constexpr int kMostTries = 12;
constexpr std::uint64_t kShortestPauseMs = 20;
constexpr std::uint64_t kLongestPauseMs = 2000;

constexpr const char* kRotatedEarlier =
    "every key of the account was replaced, as this device had begun to: the old kit, its shares "
    "and "
    "key files are dead; `sparekey kit` prints the new one, and what the removed device could read "
    "is to be changed";

class Run {
  public:
    Run(Replica& replica, AccountServer& server, std::uint64_t now_ms, core::Random& random,
        const SyncOptions& options)
        : replica_(replica),
          server_(server),
          began_ms_(now_ms),
          random_(random),
          options_(options) {}

    core::Result<SyncReport> run();

  private:
    core::Result<void> begin();
    core::Result<void> take_snapshot();
    core::Result<void> push_roster();
    void keep_refused(const core::SnapshotPage& page, const std::vector<core::RecordId>& refused);
    core::Result<bool> take_pages(std::uint64_t head);
    core::Result<void> pull();
    core::Result<void> push(const core::PushRequest& request);
    core::Result<void> note_wishes(const core::SignedRoster& accepted);
    void pause();

    Replica& replica_;
    AccountServer& server_;
    std::uint64_t began_ms_;
    core::Random& random_;
    const SyncOptions& options_;
    RosterWish wish_ = options_.wish;
    SyncReport report_;
    std::uint64_t removed_ = 0;
    std::uint32_t generation_ = 0;  // of the keys, when it began; 0: there was no account
    bool at_head_ = false;
    int tries_ = 0;
};

core::Unexpected to_login(std::string message) {
    return core::unexpected(core::ErrorCode::conflict, std::move(message), "sparekey login URL");
}

core::Unexpected too_many_changes() {
    return core::unexpected(core::ErrorCode::offline,
                            "other devices change the account all the time", "try again");
}

core::Result<void> Run::begin() {
    SPAREKEY_TRY(const auto membership, replica_.membership());
    if (!membership || membership->stage == core::AccountStage::starting) {
        return to_login("this vault has no account on a server");
    }
    if (membership->stage == core::AccountStage::left) {
        return to_login("this device is logged out of " + membership->origin);
    }
    report_.revision = membership->head.n;
    generation_ = membership->generation;
    if (membership->stage == core::AccountStage::joining) return take_snapshot();
    if (membership->stage != core::AccountStage::reseeding) return {};
    // Whoever was removed since is kept out before anything else.
    SPAREKEY_CHECK(push_roster());
    return take_snapshot();
}

/// The one that is newer here than on the server, before any records.
core::Result<void> Run::push_roster() {
    while (tries_ < kMostTries) {
        SPAREKEY_TRY(const auto request, replica_.next_push({}));
        if (!request) return {};
        SPAREKEY_CHECK(push(*request));
    }
    return too_many_changes();
}

/// What a removed device wrote, for whoever wants to see it.
void Run::keep_refused(const core::SnapshotPage& page, const std::vector<core::RecordId>& refused) {
    if (refused.empty()) return;
    core::SnapshotPage some{page.head, {}, false};
    for (const core::RecordBlob& record : page.records) {
        if (std::ranges::find(refused, record.id) != refused.end()) some.records.push_back(record);
    }
    options_.keep_evidence("removed-device", encode(some));
    report_.news.push_back(std::to_string(refused.size()) +
                           " records that a removed device had written were not taken");
}

/// True when the last page is in, or one is held; false when the account went on meanwhile.
core::Result<bool> Run::take_pages(std::uint64_t head) {
    std::optional<core::RecordId> after;
    for (bool first = true;; first = false) {
        SPAREKEY_TRY(const core::SnapshotPage page, server_.snapshot(after));
        if (page.head.n != head) return false;
        auto taken = replica_.apply_snapshot(page, first, options_.permissions, removed_);
        if (!taken) {
            if (taken.error().code == core::ErrorCode::integrity) {
                options_.keep_evidence("snapshot", encode(page));
            }
            return core::unexpected(std::move(taken).error());
        }
        report_.held = taken->held;
        if (report_.held != 0) return true;
        removed_ += taken->removed;
        keep_refused(page, taken->refused);
        report_.pulled += taken->pulled;
        report_.merged += taken->merged;
        if (taken->whole) return true;
        after = page.records.back().id;
    }
}

core::Result<void> Run::take_snapshot() {
    for (; tries_ < kMostTries; ++tries_) {
        SPAREKEY_CHECK(pull());
        report_.pulled = report_.merged = 0;
        SPAREKEY_TRY(const bool whole, take_pages(report_.revision));
        if (whole) return {};
        pause();
    }
    return core::unexpected(core::ErrorCode::offline,
                            "the account changes faster than it can be fetched", "try again");
}

core::Result<void> Run::pull() {
    for (at_head_ = false; !at_head_ && report_.held == 0;) {
        SPAREKEY_TRY(const core::PullPage page, server_.pull(report_.revision));
        auto applied = replica_.apply(page, options_.permissions, removed_);
        if (!applied) {
            if (applied.error().code == core::ErrorCode::integrity) {
                options_.keep_evidence("pull", encode(page));
            }
            return core::unexpected(std::move(applied).error());
        }
        report_.held = applied->held;
        if (report_.held != 0) return {};
        report_.revision += page.commits.size();
        report_.pulled += applied->pulled;
        report_.merged += applied->merged;
        removed_ += applied->removed;
        at_head_ = applied->at_head;
        std::move(applied->news.begin(), applied->news.end(), std::back_inserter(report_.news));
    }
    return {};
}

/// A push that was on its way before it was wished is none of the wish. A rotation that was broken
/// off after the server had it has shown nobody its kit.
core::Result<void> Run::note_wishes(const core::SignedRoster& accepted) {
    SPAREKEY_TRY(const core::Roster roster, core::decode_roster(accepted.bytes));
    if (wish_.remove && roster.find(*wish_.remove) == nullptr) wish_.remove.reset();
    const bool rotated =
        wish_.rotation && roster.keyring == core::sha256(wish_.rotation->parts.keyring);
    if (rotated) {
        wish_.rotation.reset();
    } else if (roster.generation != generation_ && generation_ != 0) {
        report_.news.emplace_back(kRotatedEarlier);
    }
    generation_ = roster.generation;
    return {};
}

core::Result<void> Run::push(const core::PushRequest& request) {
    auto outcome = server_.push(request);
    if (!outcome) {
        // What the account has no room for is not on its way any more.
        if (outcome.error().code == core::ErrorCode::failed) SPAREKEY_CHECK(replica_.withdraw());
        return core::unexpected(std::move(outcome).error());
    }
    if (const auto* answer = std::get_if<core::PushAnswer>(&*outcome)) {
        SPAREKEY_TRY(const core::Commit commit, core::decode_commit(request.commit.bytes));
        auto settled = replica_.settle(*answer);
        if (!settled) {
            if (settled.error().code == core::ErrorCode::integrity) {
                options_.keep_evidence("push", encode(*answer));
            }
            return settled;
        }
        report_.revision = commit.n;
        report_.pushed += commit.changes.size();
        // One that was on its way before may have been taken then: the account has gone on since.
        at_head_ = commit.time_ms >= began_ms_;
        if (commit.new_roster) SPAREKEY_CHECK(note_wishes(*commit.new_roster));
        return {};
    }
    ++tries_;
    pause();
    return pull();
}

void Run::pause() {
    const std::uint64_t most = std::min(kLongestPauseMs, kShortestPauseMs << std::min(tries_, 7));
    const auto dice = random_.bytes<2>();
    const std::uint64_t chosen = (std::uint64_t{dice[0]} << 8 | dice[1]) % most;
    options_.pause(std::chrono::milliseconds(chosen));
}

core::Result<SyncReport> Run::run() {
    SPAREKEY_CHECK(begin());
    while (report_.held == 0) {
        if (tries_ == kMostTries) return too_many_changes();
        SPAREKEY_TRY(const auto request, replica_.next_push(wish_));
        if (request) {
            SPAREKEY_CHECK(push(*request));
        } else if (at_head_) {
            break;
        } else {
            SPAREKEY_CHECK(pull());
        }
    }
    return std::move(report_);
}

}  // namespace

core::Result<SyncReport> synchronize(Replica& replica, AccountServer& server,
                                     const core::Clock& clock, core::Random& random,
                                     const SyncOptions& options) {
    auto report = Run(replica, server, clock.now_ms(), random, options).run();
    if (report && report->held == 0) SPAREKEY_CHECK(replica.synced(clock.now_ms()));
    return report;
}

}  // namespace sparekey::sync
