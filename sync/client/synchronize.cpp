#include "sync/client/synchronize.h"

#include "core/crypto/hash.h"

#include <algorithm>
#include <iterator>

namespace sparekey::sync {
namespace {

constexpr int kMostTries = 12;
constexpr std::uint64_t kShortestPauseMs = 20;
constexpr std::uint64_t kLongestPauseMs = 2000;

constexpr const char* kRotatedEarlier =
    "every key of the account was replaced, as this device had begun to: the old kit, its shares "
    "and "
    "key files are dead; `sparekey kit` prints the new one, and what the removed device could read "
    "is to be changed: `sparekey devices exposed` lists it";

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
    /// What goes in all, and up to which commit that is known.
    struct Ahead {
        std::uint64_t removed = 0;
        std::uint64_t end = 0;
    };
    core::Result<void> begin();
    core::Result<void> take_snapshot();
    core::Result<void> push_roster();
    void keep_refused(const core::SnapshotPage& page, const std::vector<core::RecordId>& refused);
    core::Result<bool> take_pages(std::uint64_t head);
    core::Result<bool> look_over(const core::SnapshotPage& first);
    core::Result<void> foresee(const core::SnapshotPage& page, Ahead& ahead);
    core::Result<core::SnapshotTaken> take(const core::SnapshotPage& page, bool first);
    core::Result<void> pull();
    core::Result<core::Applied> apply(const core::PullPage& page);
    core::Result<void> look_ahead(const core::PullPage& first);
    core::Result<core::Foreseen> foresee(const core::PullPage& page, const core::Bytes& so_far);
    Toll toll(std::uint64_t end) const;
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
    std::optional<Ahead> ahead_;
    std::uint32_t generation_ = 0;  // of the keys, when it began; 0: there was no account
    core::AccountStage stage_ = core::AccountStage::in_use;
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
    stage_ = membership->stage;
    if (membership->stage == core::AccountStage::joining) return take_snapshot();
    if (membership->stage != core::AccountStage::reseeding) return {};
    // Whoever was removed since is kept out before anything else.
    SPAREKEY_CHECK(push_roster());
    return take_snapshot();
}

/// The one that is newer here than on the server, before any records.
core::Result<void> Run::push_roster() {
    while (tries_ < kMostTries && report_.held == 0) {
        SPAREKEY_TRY(const auto request, replica_.next_push({}));
        if (request) {
            SPAREKEY_CHECK(push(*request));
        } else if (at_head_) {
            return {};
        } else {
            // It is not asked to send before what a page lacked has come.
            SPAREKEY_CHECK(pull());
        }
    }
    if (report_.held != 0) return {};
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

core::Result<core::SnapshotTaken> Run::take(const core::SnapshotPage& page, bool first) {
    auto taken = replica_.apply_snapshot(page, first, options_.permissions, toll(report_.revision));
    if (!taken && taken.error().code == core::ErrorCode::integrity) {
        options_.keep_evidence("snapshot", encode(page));
    }
    return taken;
}

core::Result<void> Run::foresee(const core::SnapshotPage& page, Ahead& ahead) {
    const auto removed = replica_.foresee_snapshot(page);
    if (!removed && removed.error().code == core::ErrorCode::integrity) {
        options_.keep_evidence("snapshot", encode(page));
    }
    SPAREKEY_CHECK(removed);
    ahead.removed += *removed;
    return {};
}

/// What all pages from the first one on take away; false when the account went on meanwhile.
core::Result<bool> Run::look_over(const core::SnapshotPage& first) {
    Ahead ahead{removed_, first.head.n};
    SPAREKEY_CHECK(foresee(first, ahead));
    for (core::RecordId after = first.records.back().id;;) {
        SPAREKEY_TRY(const core::SnapshotPage page, server_.snapshot(after));
        if (page.head.n != first.head.n) return false;
        SPAREKEY_CHECK(foresee(page, ahead));
        if (!page.more) break;
        after = page.records.back().id;
    }
    ahead_ = ahead;
    return true;
}

/// True when the last page is in, or one is held; false when the account went on meanwhile. A
/// device that joins has nothing to lose: it does not look over what it takes.
core::Result<bool> Run::take_pages(std::uint64_t head) {
    std::optional<core::RecordId> after;
    ahead_.reset();
    for (bool first = true;; first = false) {
        SPAREKEY_TRY(const core::SnapshotPage page, server_.snapshot(after));
        if (page.head.n != head) return false;
        const bool can_lose =
            stage_ == core::AccountStage::reseeding && !options_.permissions.mass_deletion;
        if (first && can_lose && page.more && !page.records.empty()) {
            SPAREKEY_TRY(const bool is_whole, look_over(page));
            if (!is_whole) return false;
        }
        auto taken = take(page, first);
        if (!taken) return core::unexpected(std::move(taken).error());
        report_.held = taken->held;
        if (report_.held != 0) return true;
        removed_ += taken->removed;
        keep_refused(page, taken->refused);
        std::ranges::move(taken->news, std::back_inserter(report_.news));
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

/// Of the pages up to commit `end`.
Toll Run::toll(std::uint64_t end) const {
    Toll toll{removed_, std::nullopt};
    if (ahead_ && end <= ahead_->end) toll.in_all = ahead_->removed;
    return toll;
}

core::Result<core::Foreseen> Run::foresee(const core::PullPage& page, const core::Bytes& so_far) {
    auto seen = replica_.foresee(page, so_far);
    if (!seen && seen.error().code == core::ErrorCode::integrity) {
        options_.keep_evidence("pull", encode(page));
    }
    return seen;
}

/// What goes from the page `first` on, as far as the server tells. Where pages will not be applied,
/// because this device was removed say, nothing goes.
core::Result<void> Run::look_ahead(const core::PullPage& first) {
    const auto is_end = [](const core::Error& error) {
        return error.code == core::ErrorCode::refused || error.code == core::ErrorCode::conflict;
    };
    Ahead ahead{removed_, report_.revision + first.commits.size()};
    SPAREKEY_TRY(core::Foreseen seen, foresee(first, {}));
    while (!seen.at_head) {
        SPAREKEY_TRY(const core::PullPage page, server_.pull(ahead.end));
        auto next = foresee(page, seen.so_far);
        if (!next && is_end(next.error())) break;
        if (!next) return core::unexpected(std::move(next).error());
        seen = *std::move(next);
        ahead.end += page.commits.size();
    }
    ahead.removed += seen.removed;
    ahead_ = ahead;
    return {};
}

core::Result<core::Applied> Run::apply(const core::PullPage& page) {
    const std::uint64_t end = report_.revision + page.commits.size();
    auto applied = replica_.apply(page, options_.permissions, toll(end));
    if (applied && applied->unforeseen) {
        SPAREKEY_CHECK(look_ahead(page));
        applied = replica_.apply(page, options_.permissions, toll(end));
    }
    if (!applied && applied.error().code == core::ErrorCode::integrity) {
        options_.keep_evidence("pull", encode(page));
    }
    return applied;
}

core::Result<void> Run::pull() {
    for (at_head_ = false; !at_head_ && report_.held == 0;) {
        SPAREKEY_TRY(const core::PullPage page, server_.pull(report_.revision));
        auto applied = apply(page);
        if (!applied) return core::unexpected(std::move(applied).error());
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
