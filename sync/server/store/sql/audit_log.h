// The audit log's tables: lines are only ever added, each with its chain's head in one transaction.
#pragma once

#include "sync/server/store/sql/session.h"

namespace sparekey::sync {

AuditHead append_audit_line(Session& session, const AuditEntry& entry);
AuditHead find_audit_head(Session& session, const std::optional<AccountId>& account);
/// The head as it was when line `n` was written.
AuditHead audit_head_at(Session& session, const AccountId& account, std::uint64_t n);
std::vector<AuditLine> find_audit_lines(Session& session, const std::optional<AccountId>& account,
                                        std::uint64_t after, std::size_t limit);

/// How a chain is named in the tables: the account's id, or nothing for the server's.
inline ByteView audit_scope(const std::optional<AccountId>& account) {
    return account ? ByteView(account->bytes) : ByteView();
}
/// A row of audit_columns, which are n, at_ms, action, actor, address, detail, previous, hash.
AuditLine audit_line_of(const Row& row, const std::optional<AccountId>& account);

}  // namespace sparekey::sync
