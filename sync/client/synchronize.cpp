#include "sync/client/synchronize.h"

#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

constexpr int kMostTries = 12;
constexpr std::uint64_t kShortestPauseMs = 20;
constexpr std::uint64_t kLongestPauseMs = 2000;

class Run {
  public:
    Run(Replica& replica, AccountServer& server, core::Random& random, const SyncOptions& options)
        : replica_(replica), server_(server), random_(random), options_(options) {}

    core::Result<SyncReport> run();

  private:
    core::Result<void> begin();
    core::Result<void> take_snapshot();
    core::Result<bool> take_pages(std::uint64_t head);
    core::Result<void> pull();
    core::Result<void> push(const core::PushRequest& request);
    core::Result<void> note_wishes(const core::SignedRoster& accepted);
    void pause();

    Replica& replica_;
    AccountServer& server_;
    core::Random& random_;
    const SyncOptions& options_;
    RosterWish wish_ = options_.wish;
    SyncReport report_;
    std::uint64_t removed_ = 0;
    bool at_head_ = false;
    int tries_ = 0;
};

core::Unexpected to_login(std::string message) {
    return core::unexpected(core::ErrorCode::conflict, std::move(message), "sparekey login URL");
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
    if (membership->stage == core::AccountStage::joining) return take_snapshot();
    return {};
}

/// True when the last page is in; false when the account went on meanwhile.
core::Result<bool> Run::take_pages(std::uint64_t head) {
    std::optional<core::RecordId> after;
    for (bool first = true;; first = false) {
        SPAREKEY_TRY(const core::SnapshotPage page, server_.snapshot(after));
        if (page.head.n != head) return false;
        auto whole = replica_.apply_snapshot(page, first);
        if (!whole) {
            if (whole.error().code == core::ErrorCode::integrity) {
                options_.keep_evidence("snapshot", encode(page));
            }
            return core::unexpected(std::move(whole).error());
        }
        report_.pulled += page.records.size();
        if (*whole) return true;
        after = page.records.back().id;
    }
}

core::Result<void> Run::take_snapshot() {
    for (; tries_ < kMostTries; ++tries_) {
        SPAREKEY_CHECK(pull());
        report_.pulled = 0;
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

/// A push that was on its way before it was wished is none of the wish.
core::Result<void> Run::note_wishes(const core::SignedRoster& accepted) {
    SPAREKEY_TRY(const core::Roster roster, core::decode_roster(accepted.bytes));
    if (wish_.remove && roster.find(*wish_.remove) == nullptr) wish_.remove.reset();
    const bool rotated =
        wish_.rotation && roster.keyring == core::sha256(wish_.rotation->parts.keyring);
    if (rotated) wish_.rotation.reset();
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
            options_.keep_evidence("push", encode(*answer));
            return settled;
        }
        report_.revision = commit.n;
        report_.pushed += commit.changes.size();
        at_head_ = true;
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
        if (tries_ == kMostTries) {
            return core::unexpected(core::ErrorCode::offline,
                                    "other devices change the account all the time", "try again");
        }
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
    auto report = Run(replica, server, random, options).run();
    if (report && report->held == 0) SPAREKEY_CHECK(replica.synced(clock.now_ms()));
    return report;
}

}  // namespace sparekey::sync
