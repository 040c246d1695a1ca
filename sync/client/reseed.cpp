#include "sync/client/reseed.h"

namespace sparekey::sync {
namespace {

/// How a server's history and this device's are to each other.
enum class Standing : std::uint8_t { has_ours, behind, parted };

core::Result<std::optional<core::ChainPoint>> member_head(Replica& replica) {
    SPAREKEY_TRY(const auto membership, replica.membership());
    const bool is_member = membership && membership->stage != core::AccountStage::starting &&
                           membership->stage != core::AccountStage::left;
    return is_member ? std::optional(membership->head) : std::nullopt;
}

/// `page` is what the server has from the commit on that is the head here.
Standing standing(const core::ChainPoint& head, const core::PullPage& page) {
    if (page.head.n < head.n) return Standing::behind;
    if (page.commits.empty()) return Standing::parted;
    const bool is_ours = core::commit_hash(page.commits.front()) == head.hash;
    return is_ours ? Standing::has_ours : Standing::parted;
}

/// Whether everything between the two places is still here.
core::Result<bool> has_all(Replica& replica, core::ChainPoint from, const core::ChainPoint& to) {
    while (from.n < to.n) {
        SPAREKEY_TRY(const auto kept, replica.kept_push(from));
        if (!kept) return false;
        from = {from.n + 1, core::commit_hash(kept->commit)};
    }
    return from == to;
}

/// True when the server has all that it lost; false if it went another way meanwhile.
core::Result<bool> push_again(Replica& replica, AccountServer& server, core::ChainPoint from,
                              const core::ChainPoint& to, SyncReport& report) {
    while (from.n < to.n) {
        SPAREKEY_TRY(const auto kept, replica.kept_push(from));
        if (!kept) return false;
        SPAREKEY_TRY(const core::Commit commit, core::decode_commit(kept->commit.bytes));
        SPAREKEY_TRY(const auto outcome, server.push(*kept));
        const auto* const answer = std::get_if<core::PushAnswer>(&outcome);
        if (answer == nullptr) return false;
        SPAREKEY_CHECK(replica.settle_kept(*answer));
        report.pushed += commit.changes.size();
        from = {commit.n, core::commit_hash(kept->commit)};
    }
    return true;
}

/// The server's history becomes this device's.
core::Result<void> follow(Replica& replica, AccountServer& server, const SyncOptions& options,
                          SyncReport& report) {
    for (std::uint64_t after = 0;;) {
        SPAREKEY_TRY(const core::PullPage page, server.pull(after));
        auto step = replica.reseed(page, after == 0);
        if (!step) {
            if (step.error().code == core::ErrorCode::integrity) {
                options.keep_evidence("history", encode(page));
            }
            return core::unexpected(std::move(step).error());
        }
        std::move(step->news.begin(), step->news.end(), std::back_inserter(report.news));
        if (step->adopted) return {};
        after += page.commits.size();
    }
}

enum class Mended : std::uint8_t { by_commits, by_following };

core::Result<Mended> mend(Replica& replica, AccountServer& server, const SyncOptions& options,
                          SyncReport& report) {
    SPAREKEY_TRY(const auto head, member_head(replica));
    if (!head) return Mended::by_following;
    SPAREKEY_TRY(const core::PullPage page, server.pull(head->n - 1));
    const Standing found = standing(*head, page);
    if (found == Standing::has_ours) return Mended::by_commits;
    if (found == Standing::behind) {
        SPAREKEY_TRY(const bool is_whole, has_all(replica, page.head, *head));
        if (is_whole) {
            SPAREKEY_TRY(const bool done, push_again(replica, server, page.head, *head, report));
            if (done) return Mended::by_commits;
        }
    }
    SPAREKEY_CHECK(follow(replica, server, options, report));
    return Mended::by_following;
}

}  // namespace

core::Result<SyncReport> reseed(Replica& replica, AccountServer& server, const core::Clock& clock,
                                core::Random& random, const SyncOptions& options) {
    SyncReport mended;
    SPAREKEY_TRY(const Mended how, mend(replica, server, options, mended));
    auto report = synchronize(replica, server, clock, random, options);
    // A record that was to come with a later page may have gone with the backup: only a snapshot
    // has what is there instead.
    const bool lacks_records = !report && report.error().code == core::ErrorCode::integrity;
    if (lacks_records && how == Mended::by_commits) {
        SPAREKEY_CHECK(follow(replica, server, options, mended));
        report = synchronize(replica, server, clock, random, options);
    }
    if (!report) return report;
    report->pushed += mended.pushed;
    report->news.insert(report->news.begin(), mended.news.begin(), mended.news.end());
    return report;
}

}  // namespace sparekey::sync
