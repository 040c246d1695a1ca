// `sync`: one, or whenever something is new; and what the agent's background does of it.
#include "cli/background_sync.h"
#include "cli/counted.h"
#include "cli/online/commands.h"
#include "cli/online/exposed.h"
#include "cli/online/local_changes.h"
#include "cli/online/log_news.h"
#include "cli/online/member.h"
#include "cli/online/standby.h"
#include "cli/standby.h"
#include "core/base/mutant.h"
#include "sync/client/events.h"
#include "sync/client/reseed.h"

#include <thread>

namespace sparekey::cli::online {
namespace {

/// Without an event too: a stream may have ended unseen.
constexpr std::chrono::seconds kLongestSilence{300};
constexpr std::chrono::seconds kRetry{15};

/// Of a rotation that was broken off, if a person is to be told.
using Untold = std::optional<core::ShownExposure>;

void print(Session& session, const sync::SyncReport& report, std::uint64_t conflicts,
           const Untold& untold) {
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object()
            .field("pulled", number(report.pulled))
            .field("pushed", number(report.pushed))
            .field("merged", number(report.merged))
            .field("conflicts", number(conflicts))
            .field("revision", number(report.revision));
        if (report.held != 0) json.field("held", number(report.held));
        const bool is_done = untold && untold->stage == core::ExposureStage::done;
        if (is_done) add_exposed(json, untold->items);
        json.end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
        return;
    }
    if (report.held != 0) return;
    const bool is_new = report.pulled != 0 || report.pushed != 0;
    session.out().line(is_new ? counted(report.pulled, "record") + " came, " +
                                    std::to_string(report.pushed) + " went"
                              : std::string("nothing new"));
    if (conflicts != 0) {
        session.out().note(counted(conflicts, "conflict") + ": sparekey conflicts");
    }
}

core::Result<std::uint64_t> conflicts_of(Session& session) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const VaultCounts counts, access->counts());
    session.step_aside();
    return counts.conflicts;
}

/// The account's revision afterwards.
core::Result<std::uint64_t> tell(Session& session, const sync::SyncReport& report,
                                 const Untold& untold = {}) {
    SPAREKEY_TRY(const std::uint64_t conflicts, conflicts_of(session));
    print(session, report, conflicts, untold);
    if (untold) tell_exposure(session, *untold);
    SPAREKEY_CHECK(check_not_held(report));
    return report.revision;
}

/// The same to somebody who reads it, with what a broken-off rotation left to be told.
core::Result<std::uint64_t> tell_all(Session& session, Member& member,
                                     const sync::SyncReport& report) {
    SPAREKEY_TRY(const Untold untold, untold_exposure(member.replica()));
    auto revision = tell(session, report, untold);
    if (untold) SPAREKEY_CHECK(member.replica().exposure_told());
    return revision;
}

core::Result<void> tell_log(Session& session, Member& member) {
    SPAREKEY_TRY(const std::vector<std::string> all, take_log_news(member));
    for (const std::string& news : all) session.out().note(news);
    return {};
}

core::Result<std::uint64_t> sync_and_tell(Session& session, Member& member) {
    sync::SyncOptions options;
    options.permissions.mass_deletion = session.options().yes;
    SPAREKEY_TRY(const sync::SyncReport report, sync_once(session, member, options));
    SPAREKEY_TRY(const std::uint64_t revision, tell_all(session, member, report));
    SPAREKEY_CHECK(tell_log(session, member));
    return revision;
}

/// The yes is to the reseed, and lets no mass deletion.
core::Result<void> reseed_and_tell(Session& session, Member& member) {
    SPAREKEY_CHECK(session.confirm("Give " + member.origin() +
                                   " what it lost, and go on from what it has? What "
                                   "was destroyed since its backup may come back."));
    SPAREKEY_TRY(const sync::SyncReport report, reseed_once(session, member));
    SPAREKEY_CHECK(tell_all(session, member, report));
    // The log came back with the backup, too, and goes on from there.
    if (SPAREKEY_LEFT_OUT("reseed-log")) return {};
    return member.replica().audit_told({member.membership().audit, member.membership().head.n});
}

/// Something to send; or a person was told what waited for one.
bool has_work(Member& member) {
    const auto told = member.membership().told;
    const auto read = member.read_membership();
    return read && (member.membership().pending != 0 || member.membership().told != told);
}

/// Syncs and says so in its way; the account's revision afterwards.
using SyncNow = std::function<core::Result<std::uint64_t>()>;
/// Hears what keeps it from syncing.
using Tell = std::function<void(const std::string&)>;

/// Until it is ended. A server that is away comes back; one that is not believed ends it.
core::Result<void> watch(Session& session, Member& member, const SyncNow& sync_now,
                         const Tell& tell) {
    LocalChanges here(session.folder_paths().vault);
    SleepWatch sleep;
    const auto changed_here = [&] {
        return sleep.was_asleep() || (here.happened() && has_work(member));
    };
    for (;;) {
        const auto synced = sync_now();
        auto waited = synced ? sync::wait_for_change(member.connection(), *synced, kLongestSilence,
                                                     changed_here)
                             : core::Result<void>(core::unexpected(synced.error()));
        if (waited) continue;
        if (waited.error().code != core::ErrorCode::offline) return waited;
        tell(waited.error().message);
        std::this_thread::sleep_for(kRetry);
    }
}

/// With nobody who reads: what a person is to hear of the server's log waits until one syncs.
core::Result<std::uint64_t> sync_unheard(Session& session, Member& member,
                                         const BackgroundTurn& turn) {
    SPAREKEY_TRY(const sync::SyncReport report, sync_once(session, member, {}));
    SPAREKEY_TRY(const std::uint64_t revision, tell(session, report));
    SPAREKEY_TRY(const Untold untold, untold_exposure(member.replica()));
    SPAREKEY_TRY(std::vector<std::string> waiting, waiting_log_news(member));
    if (untold) waiting.insert(waiting.begin(), "the removal of a device is at its end");
    turn.tell(waiting.empty() ? "" : waiting.front() + ": sparekey sync says more");
    return revision;
}

}  // namespace

core::Result<void> background_sync(Session& session, const Arguments&) {
    SPAREKEY_TRY(const auto turn, BackgroundTurn::take(session.folder_paths()));
    if (!turn) return {};
    turn->tell("");
    SPAREKEY_TRY(const auto agent, end_with_agent(session));
    if (!agent) return {};
    const auto member = Member::open(session);
    if (!member) return {};  // nothing to sync with
    const auto ended = watch(
        session, **member, [&] { return sync_unheard(session, **member, *turn); },
        [&](const std::string& trouble) { turn->tell(trouble); });
    turn->tell(ended.error().message + "; sparekey sync says more");
    return {};
}

core::Result<void> sync(Session& session, const Arguments& arguments) {
    if (arguments.has("--watch") && arguments.has("--reseed")) {
        return core::unexpected(core::ErrorCode::usage, "--reseed is done once: not with --watch");
    }
    SPAREKEY_TRY(const auto member, Member::open(session));
    if (arguments.has("--reseed")) return reseed_and_tell(session, *member);
    if (arguments.has("--watch")) {
        return watch(
            session, *member, [&] { return sync_and_tell(session, *member); },
            [&](const std::string& trouble) { session.out().warn(trouble); });
    }
    SPAREKEY_CHECK(sync_and_tell(session, *member));
    const auto has_agent = session.agent_is_open();
    if (has_agent && *has_agent) start_standby(session.options().vault_name);
    return {};
}

core::Result<void> sync_standing_by(Session& session, const Arguments&) {
    SPAREKEY_TRY(const auto member, Member::open(session));
    SPAREKEY_CHECK(sync_and_tell(session, *member));
    return {};
}

}  // namespace sparekey::cli::online
