// The audit log's hash chain: one chain for each account, and one for the server itself.
//
// docs/PROTOCOL.md, "Audit", has the formula, so that a client can compute it too.
#pragma once

#include "core/base/result.h"
#include "sync/server/store/types.h"

namespace sparekey::sync {

/// SHA-256 over label ‖ previous ‖ n ‖ the entry, each part framed.
Hash audit_hash(const AuditEntry& entry, std::uint64_t n, const Hash& previous);

/// `entry` as it is kept: text is UTF-8 without NUL, what is not becomes U+FFFD; whatever a
/// stranger sends must not keep its own line out of the log.
AuditEntry kept_form(AuditEntry entry);

/// Walks one chain from its first line on. An edited, missing, moved or foreign line is
/// ErrorCode::integrity.
class AuditWalk {
  public:
    explicit AuditWalk(std::optional<AccountId> account) : account_(account) {}
    core::Result<void> next(const AuditLine& line);
    /// After the last line: a tail that was cut off is ErrorCode::integrity.
    core::Result<void> end(const AuditHead& head) const;
    const AuditHead& reached() const { return reached_; }

  private:
    core::Unexpected broken(std::uint64_t at) const;

    std::optional<AccountId> account_;
    AuditHead reached_;
};

}  // namespace sparekey::sync
