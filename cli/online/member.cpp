#include "cli/online/member.h"

#include "cli/formats/time_text.h"
#include "cli/online/evidence.h"
#include "sync/client/account_calls.h"
#include "sync/client/reseed.h"

#include <thread>

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

core::Unexpected no_account(const char* what) {
    return unexpected(ErrorCode::conflict, what, "sparekey login URL");
}

/// Whoever is told that the server is not believed is told what to do.
core::Error with_a_way_on(core::Error error) {
    const bool has_none = error.code == ErrorCode::integrity && error.hint.empty();
    if (has_none) error.hint = core::kReseedHint;
    return error;
}

/// Of a server that sent nothing which could be shown: what it was found out by, and which commit
/// it had acknowledged to this device.
std::string known_of(const core::Error& error, Session& session,
                     const sync::Membership& membership) {
    JsonWriter json;
    json.begin_object()
        .field("at", format_time(session.clock().now_ms()))
        .field("server", membership.origin)
        .field("found", error.message)
        .field("revision", static_cast<std::int64_t>(membership.head.n))
        .field("commit", core::to_hex(membership.head.hash))
        .field("head", core::head_fingerprint(membership.head))
        .end_object();
    return std::string(json.expose()) + "\n";
}

/// A kind of sync, which waits and keeps evidence in this program's ways.
template <class Kind>
Result<sync::SyncReport> run(Kind kind, Session& session, Member& member,
                             sync::SyncOptions options) {
    options.pause = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
    bool has_evidence = false;
    options.keep_evidence = [&](const std::string& what, core::ByteView bytes) {
        has_evidence = true;
        keep_evidence(session, what, bytes);
    };
    auto synced =
        kind(member.replica(), member.connection(), session.clock(), session.random(), options);
    if (!synced) {
        const core::Error& error = synced.error();
        if (error.code == ErrorCode::integrity && !has_evidence) {
            const std::string told = known_of(error, session, member.membership());
            keep_evidence(session, "known", core::bytes_of(told));
        }
        return unexpected(with_a_way_on(std::move(synced).error()));
    }
    sync::SyncReport report = *std::move(synced);
    // Whatever the sync was for: it is told once.
    for (const std::string& news : report.news) session.out().note(news);
    SPAREKEY_CHECK(member.read_membership());
    return report;
}

}  // namespace

Member::Member(Session& session, sync::Membership membership, std::unique_ptr<Server> server)
    : replica_(session),
      membership_(std::move(membership)),
      server_(std::move(server)),
      connection_(
          server_->connection(), [this] { return replica_.assertion(); }, &replica_) {}

Result<std::unique_ptr<Member>> Member::of(Session& session, sync::Membership membership) {
    SPAREKEY_TRY(std::unique_ptr<Server> server, Server::at(membership.origin));
    return std::unique_ptr<Member>(new Member(session, std::move(membership), std::move(server)));
}

Result<std::unique_ptr<Member>> Member::open(Session& session) {
    SPAREKEY_TRY(auto membership, SessionReplica(session).membership());
    if (!membership || membership->stage == core::AccountStage::starting) {
        return no_account("this vault has no account on a server");
    }
    if (membership->stage == core::AccountStage::left) {
        return no_account("this vault has left its account");
    }
    return of(session, *std::move(membership));
}

Result<void> Member::read_membership() {
    SPAREKEY_TRY(auto membership, replica_.membership());
    if (!membership) return no_account("this vault has no account on a server");
    membership_ = *std::move(membership);
    return {};
}

Result<void> Member::remember_identities() {
    SPAREKEY_TRY(sync::AccountFacts facts, sync::account_facts(connection_));
    return replica_.remember_identities(std::move(facts.identities));
}

Result<sync::SyncReport> sync_once(Session& session, Member& member, sync::SyncOptions options) {
    return run(sync::synchronize, session, member, std::move(options));
}

Result<void> check_not_held(const sync::SyncReport& report) {
    if (report.held == 0) return {};
    return unexpected(ErrorCode::conflict,
                      std::to_string(report.held) +
                          " items would be taken away by this sync: it was stopped before that",
                      "sparekey sync --yes, if that is what you want");
}

Result<sync::SyncReport> reseed_once(Session& session, Member& member) {
    return run(sync::reseed, session, member, {});
}

}  // namespace sparekey::cli::online
