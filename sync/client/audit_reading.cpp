#include "core/base/mutant.h"
#include "sync/client/account_calls.h"
#include "sync/client/answer.h"
#include "sync/client/json_fields.h"
#include "sync/protocol/routes.h"

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;

constexpr std::size_t kLargestLine = 64 * 1024;  // bytes
constexpr std::size_t kMostLinesAPage = 500;

std::optional<AuditLine> line_of(const core::VaultId& account, const Json& object) {
    const auto n = number_in(object, "n");
    const auto at_ms = number_in(object, "at_ms");
    const auto previous = hash_in(object, "previous");
    const auto hash = hash_in(object, "hash");
    AuditEntry entry;
    bool whole = n && at_ms && previous && hash;
    for (const auto& [name, text] : {std::pair{"action", &entry.action},
                                     {"actor", &entry.actor},
                                     {"address", &entry.address},
                                     {"detail_text", &entry.detail}}) {
        auto found = text_in(object, name, kLargestLine);
        whole = whole && found;
        if (found) *text = std::move(*found);
    }
    if (!whole) return std::nullopt;
    entry.account = account;
    entry.at_ms = *at_ms;
    return AuditLine{std::move(entry), *n, *previous, *hash};
}

/// JSON lines; nothing if one of them is none.
std::optional<std::vector<AuditLine>> lines_in(const core::VaultId& account,
                                               std::string_view body) {
    std::vector<AuditLine> lines;
    while (!body.empty() && lines.size() < kMostLinesAPage) {
        const auto end = std::min(body.find('\n'), body.size());
        const auto object = end <= kLargestLine ? Json::parse_object(body.substr(0, end))
                                                : core::unexpected(ErrorCode::usage, "");
        auto line = object ? line_of(account, *object) : std::nullopt;
        if (!line) return std::nullopt;
        lines.push_back(std::move(*line));
        body.remove_prefix(std::min(end + 1, body.size()));
    }
    return lines;
}

Result<std::vector<AuditLine>> page_after(MemberConnection& member, const core::VaultId& account,
                                          std::uint64_t n) {
    ServerRequest request;
    request.target = std::string(path::kAudit) + "?after=" + std::to_string(n);
    request.largest_answer = core::kLargestPage;
    SPAREKEY_TRY(const FetchResponse response, member.send(std::move(request)));
    SPAREKEY_TRY(const core::ByteView body,
                 body_of(member.origin(), response, "application/jsonl"));
    auto lines = lines_in(account, core::text_of(body));
    if (!lines) return nonsense(member.origin(), "with what is no audit log");
    return std::move(*lines);
}

core::Unexpected cut(std::uint64_t at) {
    return core::unexpected(
        ErrorCode::integrity,
        "the server's audit log is not the one that this device saw, at line " + std::to_string(at),
        "lines were changed or left out; ask whoever runs the server");
}

/// Walks on through `lines`; the line that this device saw is the one that it saw.
Result<void> follow(AuditWalk& walk, const std::vector<AuditLine>& lines,
                    const core::ChainPoint& seen) {
    for (const AuditLine& line : lines) {
        SPAREKEY_CHECK(walk.next(line));
        const bool other = line.n == seen.n && line.hash != seen.hash;
        if (other && !SPAREKEY_LEFT_OUT("audit-seen-head")) return cut(line.n);
    }
    return {};
}

/// The lines from where `walk` is to `head`; what was written since that was told is left for the
/// next time.
Result<std::vector<AuditLine>> lines_to(AuditWalk& walk, const core::ChainPoint& head,
                                        MemberConnection& member, const core::VaultId& account,
                                        const core::ChainPoint& seen) {
    std::vector<AuditLine> all;
    while (walk.reached().n < head.n) {
        SPAREKEY_TRY(std::vector<AuditLine> lines, page_after(member, account, walk.reached().n));
        const auto left = head.n - walk.reached().n;
        if (lines.size() > left) lines.resize(left);
        if (lines.empty()) break;
        SPAREKEY_CHECK(follow(walk, lines, seen));
        std::ranges::move(lines, std::back_inserter(all));
    }
    SPAREKEY_CHECK(walk.end({head.n, head.hash}));
    return all;
}

}  // namespace

Result<std::vector<AuditLine>> audit_log(MemberConnection& member, const core::VaultId& account,
                                         const core::ChainPoint& seen) {
    SPAREKEY_TRY(const AccountFacts facts, account_facts(member));
    if (facts.audit.n < seen.n && !SPAREKEY_LEFT_OUT("audit-seen-length")) {
        return cut(facts.audit.n + 1);
    }
    AuditWalk walk{account};
    return lines_to(walk, facts.audit, member, account, seen);
}

Result<std::vector<AuditLine>> audit_lines(MemberConnection& member, const core::VaultId& account,
                                           const core::ChainPoint& from,
                                           const core::ChainPoint& to) {
    AuditWalk walk(account, {from.n, from.hash});
    return lines_to(walk, to, member, account, from);
}

}  // namespace sparekey::sync
