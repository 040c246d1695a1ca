// invite, accounts, audit
#include "cli/counted.h"
#include "cli/formats/time_text.h"
#include "cli/server/commands.h"
#include "cli/session.h"
#include "core/crypto/system_random.h"
#include "core/text/number.h"
#include "sync/protocol/audit_chain.h"
#include "sync/server/accounts/enrolments.h"
#include "sync/server/accounts/json_answers.h"
#include "sync/server/service/service.h"
#include "sync/server/store/open.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace sparekey::cli::server {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;
constexpr std::uint64_t kMostDays = 3660;
constexpr std::size_t kAuditPage = 1000;

std::uint64_t now_ms() {
    return SystemClock().now_ms();
}

/// "30m", "12h", "7d", at most kMostDays.
std::optional<std::uint64_t> parse_age_ms(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    std::uint64_t unit = 0;
    if (text.back() == 'm') unit = 60'000;
    if (text.back() == 'h') unit = 3'600'000;
    if (text.back() == 'd') unit = kDayMs;
    if (unit == 0) return std::nullopt;
    const auto number = core::whole_number<std::uint64_t>(text.substr(0, text.size() - 1), 1,
                                                          kMostDays * kDayMs / unit);
    return number ? std::optional(*number * unit) : std::nullopt;
}

core::Unexpected wrong(const char* option, const char* what) {
    return core::unexpected(core::ErrorCode::usage,
                            std::string(option) + " has to be " + std::string(what));
}

std::string value_or(const Given& given, std::string_view name, std::string other) {
    const auto found = given.find(name);
    return found == given.end() ? other : found->second;
}

core::Result<std::unique_ptr<sync::Store>> open(const sync::ServerConfig& config) {
    return sync::open_store(config.store, sync::Use::visitor);
}

/// Calls `visit` with every line of one chain, oldest first.
void each_line(sync::Store& store, const std::optional<sync::AccountId>& account,
               const std::function<void(const sync::AuditLine&)>& visit) {
    std::uint64_t after = 0;
    for (;;) {
        const auto lines = store.audit(account, after, kAuditPage);
        for (const sync::AuditLine& line : lines) visit(line);
        if (lines.size() < kAuditPage) return;
        after = lines.back().n;
    }
}

std::vector<std::optional<sync::AccountId>> chains(sync::Store& store) {
    std::vector<std::optional<sync::AccountId>> all{std::nullopt};
    for (const sync::Account& account : store.accounts()) all.push_back(account.id);
    return all;
}

core::Result<std::uint64_t> since_ms(const Given& given) {
    const std::string text = value_or(given, "--since", "");
    if (text.empty()) return std::uint64_t{0};
    if (const auto age = parse_age_ms(text)) {
        return now_ms() > *age ? now_ms() - *age : std::uint64_t{0};
    }
    const auto time = parse_time(text);
    if (!time) return wrong("--since", "RFC 3339, such as 2026-01-31T12:00:00Z, or an age");
    return *time;
}

core::Result<void> walk_chain(sync::Store& store, const std::optional<sync::AccountId>& account,
                              sync::AuditWalk& walk) {
    core::Result<void> held;
    each_line(store, account, [&](const sync::AuditLine& line) {
        if (held) held = walk.next(line);
    });
    return held;
}

core::Result<void> verify_chains(Session& session, sync::Store& store) {
    std::uint64_t lines = 0;
    for (const auto& account : chains(store)) {
        const sync::AuditHead head = store.audit_head(account);
        sync::AuditWalk walk(account);
        SPAREKEY_CHECK(walk_chain(store, account, walk));
        SPAREKEY_CHECK(walk.end(head));
        lines += head.n;
    }
    if (session.options().json) {
        session.out().raw(
            boost::json::serialize(boost::json::object{{"ok", true}, {"lines", lines}}) + "\n");
    } else {
        session.out().line(counted(lines, "line") + ", every chain holds");
    }
    return {};
}

}  // namespace

core::Result<void> invite(Session& session, const Given& given) {
    SPAREKEY_TRY(const sync::ServerConfig config, session.config());
    const std::string uses_text = value_or(given, "--uses", "1");
    const auto uses = core::whole_number<std::uint32_t>(uses_text, 1, 100'000);
    if (!uses) return wrong("--uses", "a number from 1 to 100000");
    const auto age = parse_age_ms(value_or(given, "--expires", "7d"));
    if (!age) return wrong("--expires", "a time such as 30m, 12h or 7d, at most 3660d");
    SPAREKEY_TRY(const auto store, open(config));
    core::SystemRandom random;
    const std::string code = core::to_base32(random.bytes<sync::kInvitationBytes>());
    const std::uint64_t expires = now_ms() + *age;
    store->add_invitation({sync::ticket_key(code), *uses, expires},
                          {{}, now_ms(), "invite", "admin", "", "{\"uses\":" + uses_text + "}"});
    const std::string url = config.settings.origin;
    if (session.options().json) {
        session.out().raw(
            boost::json::serialize(boost::json::object{
                {"code", code}, {"url", url}, {"expires", sync::time_text(expires)}}) +
            "\n");
        return {};
    }
    session.out().line("sparekey login " + url + " --invite " + code);
    session.out().note("good until " + sync::time_text(expires));
    return {};
}

core::Result<void> accounts(Session& session, const Given&) {
    SPAREKEY_TRY(const sync::ServerConfig config, session.config());
    SPAREKEY_TRY(const auto store, open(config));
    const std::vector<sync::ProviderFacts> providers = sync::configured_providers(config);
    boost::json::array list;
    for (const sync::Account& account : store->accounts()) {
        boost::json::array identities;
        for (const sync::Identity& identity : store->identities(account.id)) {
            identities.push_back(sync::identity_json(providers, identity));
        }
        list.push_back(boost::json::object{{"id", account.id.text()},
                                           {"created", sync::time_text(account.created_ms)},
                                           {"head", account.head},
                                           {"records", account.usage.records},
                                           {"bytes", account.usage.bytes},
                                           {"devices", store->devices(account.id).size()},
                                           {"identities", std::move(identities)}});
    }
    if (session.options().json) {
        session.out().raw(boost::json::serialize(list) + "\n");
        return {};
    }
    for (const auto& value : list) {
        const auto& account = value.as_object();
        session.out().line(std::string(account.at("id").as_string()) + "  " +
                           counted(account.at("records").as_uint64(), "record") + "  " +
                           counted(account.at("bytes").as_uint64(), "byte") + "  since " +
                           std::string(account.at("created").as_string()));
    }
    return {};
}

core::Result<void> audit(Session& session, const Given& given) {
    SPAREKEY_TRY(const sync::ServerConfig config, session.config());
    SPAREKEY_TRY(const std::uint64_t since, since_ms(given));
    SPAREKEY_TRY(const auto store, open(config));
    if (given.contains("--verify")) return verify_chains(session, *store);
    for (const auto& account : chains(*store)) {
        each_line(*store, account, [&](const sync::AuditLine& line) {
            if (line.entry.at_ms < since) return;
            boost::json::object json = sync::audit_json(line);
            json["account"] = account ? boost::json::value(account->text()) : nullptr;
            session.out().raw(boost::json::serialize(json) + "\n");
        });
    }
    return {};
}

}  // namespace sparekey::cli::server
