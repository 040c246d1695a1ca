#include "sync/server/store/sql/audit_log.h"

#include "sync/server/store/plain_text.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

constexpr Query kLockHead("SELECT n, hash FROM audit_heads WHERE scope = $1",
                          "SELECT n, hash FROM audit_heads WHERE scope = $1 FOR UPDATE");
constexpr Query kStartChain(
    "INSERT INTO audit_heads(scope, n, hash) VALUES($1, 0, $2) ON CONFLICT(scope) DO NOTHING");
constexpr Query kMoveHead("UPDATE audit_heads SET n = $2, hash = $3 WHERE scope = $1");
constexpr Query kAuditHead("SELECT n, hash FROM audit_heads WHERE scope = $1");
constexpr Query kHashAt("SELECT hash FROM audit WHERE scope = $1 AND n = $2");
constexpr Query kAppend(
    "INSERT INTO audit(scope, n, at_ms, action, actor, address, detail, previous, hash) "
    "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9)");
constexpr Query kLines(
    "SELECT n, at_ms, action, actor, address, detail, previous, hash FROM audit "
    "WHERE scope = $1 AND n > $2 ORDER BY n LIMIT $3");

AuditHead head_of(const Row& row) {
    return {row.number(0), row.hash(1)};
}

/// The chain's head, held until the transaction ends.
AuditHead lock_head(Session& session, ByteView scope) {
    const Answer held = session.run(kLockHead, {scope});
    if (held.first() != nullptr) return head_of(*held.first());
    const AuditHead none;
    session.run(kStartChain, {scope, bytes(none.hash)});
    return head_of(session.run(kLockHead, {scope}).rows.at(0));
}

}  // namespace

AuditHead append_audit_line(Session& session, const AuditEntry& entry) {
    AuditLine line{kept_form(entry), 0, {}, {}};
    // As SQL keeps it, since the hash is over what is kept.
    line.entry.at_ms = std::min(line.entry.at_ms, kMostOrdered);
    const ByteView scope = audit_scope(entry.account);
    const AuditHead head = lock_head(session, scope);
    line.n = head.n + 1;
    line.previous = head.hash;
    line.hash = audit_hash(line.entry, line.n, line.previous);
    session.run(kAppend, {scope, number(line.n), ordered(line.entry.at_ms),
                          std::string_view(line.entry.action), std::string_view(line.entry.actor),
                          std::string_view(line.entry.address), std::string_view(line.entry.detail),
                          bytes(line.previous), bytes(line.hash)});
    session.run(kMoveHead, {scope, number(line.n), bytes(line.hash)});
    return {line.n, line.hash};
}

AuditHead find_audit_head(Session& session, const std::optional<AccountId>& account) {
    const Answer held = session.run(kAuditHead, {audit_scope(account)});
    return held.first() == nullptr ? AuditHead{} : head_of(*held.first());
}

AuditHead audit_head_at(Session& session, const AccountId& account, std::uint64_t n) {
    const Answer line = session.run(kHashAt, {bytes(account), number(n)});
    if (line.first() == nullptr) return {n, {}};
    return {n, line.first()->hash(0)};
}

AuditLine audit_line_of(const Row& row, const std::optional<AccountId>& account) {
    AuditLine line;
    line.n = row.number(0);
    line.entry = {account, row.number(1), row.text(2), row.text(3), row.text(4), row.text(5)};
    line.previous = row.hash(6);
    line.hash = row.hash(7);
    return line;
}

std::vector<AuditLine> find_audit_lines(Session& session, const std::optional<AccountId>& account,
                                        std::uint64_t after, std::size_t limit) {
    std::vector<AuditLine> lines;
    const Answer found =
        session.run(kLines, {audit_scope(account), ordered(after), ordered(limit)});
    for (const Row& row : found.rows) lines.push_back(audit_line_of(row, account));
    return lines;
}

}  // namespace sparekey::sync
