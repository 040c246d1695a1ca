#include "cli/online/log_news.h"

#include "cli/commands/items.h"
#include "cli/counted.h"
#include "core/base/mutant.h"
#include "sync/client/account_calls.h"
#include "sync/client/json_fields.h"

namespace sparekey::cli::online {
namespace {

using core::Result;

/// More are not read to be told; `audit --server` has them.
constexpr std::uint64_t kMostLines = 5000;
/// So many pushes later the mark is moved, so that few lines are read when something happens.
constexpr std::uint64_t kMarkedAfter = 200;
constexpr std::size_t kLongestName = 100;  // bytes of what others call themselves

std::string detail_of(const sync::AuditLine& line, std::string_view member) {
    const auto detail = sync::Json::parse_object(line.entry.detail);
    const auto text = detail ? sync::text_in(*detail, member, kLongestName) : std::nullopt;
    return text.value_or("");
}

std::string who(const sync::AuditLine& line) {
    const std::string provider = detail_of(line, "provider");
    const std::string display = detail_of(line, "display");
    if (provider.empty() || display.empty()) return line.entry.actor.substr(0, kLongestName);
    return provider + " " + display;
}

std::string where(const sync::AuditLine& line) {
    const std::string device = detail_of(line, "device");
    return (device.empty() ? std::string() : " on " + in_quotes(device)) + ", " +
           line.entry.address.substr(0, kLongestName) + ", " + short_time(line.entry.at_ms) +
           " UTC";
}

/// Empty: nothing to be told.
std::string sentence(const sync::AuditLine& line) {
    const std::string& action = line.entry.action;
    if (action == "login") return who(line) + " signed in" + where(line);
    if (action == "link") return who(line) + " may sign in now" + where(line);
    if (action == "unlink") return "a login was unlinked" + where(line);
    if (action == "enrolment") {
        return "a new device opened the account with a password or a recovery code" + where(line);
    }
    return {};
}

struct Growth {
    std::uint64_t lines = 0;
    bool is_more_than_commits = false;
};

Growth growth(const core::AuditMark& told, const sync::Membership& now) {
    const auto since = [](std::uint64_t before, std::uint64_t after) {
        return after > before ? after - before : 0;
    };
    const std::uint64_t lines = since(told.audit.n, now.audit.n);
    return {lines, lines > since(told.revision, now.head.n)};
}

/// Nothing if the server is away.
Result<std::optional<std::vector<std::string>>> read_news(Member& member, const Growth& grown) {
    const sync::Membership& now = member.membership();
    std::vector<std::string> news;
    if (!grown.is_more_than_commits || SPAREKEY_LEFT_OUT("log-news")) return std::optional(news);
    if (grown.lines > kMostLines) {
        news.push_back(std::to_string(grown.lines) +
                       " new lines in the server's log: sparekey audit --server");
        return std::optional(std::move(news));
    }
    const auto lines =
        sync::audit_lines(member.connection(), now.vault, now.told->audit, now.audit);
    if (lines) return std::optional(log_news(*lines, now.device));
    if (lines.error().code == core::ErrorCode::integrity) return core::unexpected(lines.error());
    return std::optional<std::vector<std::string>>();
}

Growth growth_since_told(const sync::Membership& now) {
    return now.told ? growth(*now.told, now) : Growth{};
}

}  // namespace

std::vector<std::string> log_news(const std::vector<sync::AuditLine>& lines,
                                  const core::DeviceId& own) {
    std::vector<std::string> news;
    std::uint64_t refused = 0;
    const sync::AuditLine* last_refused = nullptr;
    for (const sync::AuditLine& line : lines) {
        if (line.entry.actor == own.text() && line.entry.action != "refusal") continue;
        if (line.entry.action == "refusal") {
            ++refused;
            last_refused = &line;
        }
        std::string told = sentence(line);
        if (!told.empty()) news.push_back(std::move(told));
    }
    if (last_refused != nullptr) {
        news.push_back(counted(refused, "attempt") + " to get in refused, the last" +
                       where(*last_refused));
    }
    if (!news.empty()) {
        news.emplace_back("if that was not you: sparekey audit --server, devices, unlink");
    }
    return news;
}

Result<std::vector<std::string>> waiting_log_news(Member& member) {
    SPAREKEY_TRY(auto news, read_news(member, growth_since_told(member.membership())));
    return std::move(news).value_or(std::vector<std::string>());
}

Result<std::vector<std::string>> take_log_news(Member& member) {
    const sync::Membership& now = member.membership();
    const Growth grown = growth_since_told(now);
    auto news = read_news(member, grown);
    const bool is_away = news && !*news;
    if (is_away) return std::vector<std::string>();
    // A shorter log than before was said by the sync.
    const bool is_shorter = now.told && now.audit.n < now.told->audit.n;
    const bool is_due =
        !now.told || is_shorter || grown.is_more_than_commits || grown.lines >= kMarkedAfter;
    if (is_due) {
        SPAREKEY_CHECK(member.replica().audit_told({now.audit, now.head.n}));
        SPAREKEY_CHECK(member.read_membership());
    }
    if (!news) return core::unexpected(std::move(news).error());
    return **std::move(news);
}

}  // namespace sparekey::cli::online
