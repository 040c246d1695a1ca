// The audit log's hash chain: one chain for each account, and one for the server itself.
//
// docs/PROTOCOL.md, "Audit", has the formula, so that a client can compute it too.
#pragma once

#include "core/base/result.h"
#include "core/model/ids.h"

#include <cstdint>
#include <string>

namespace sparekey::sync {

/// One line of an account's audit log, or of the server's own (no account).
struct AuditEntry {
    std::optional<core::VaultId> account;
    std::uint64_t at_ms = 0;
    /// "login", "refusal", "enrolment", "link", "unlink", "revocation", "push", …
    std::string action;
    std::string actor;    // device id, identity or "admin"
    std::string address;  // the peer's
    std::string detail;   // one JSON object, never a secret
};

struct AuditLine {
    AuditEntry entry;
    std::uint64_t n = 0;  // 1, 2, … in its chain
    core::Hash previous{};
    core::Hash hash{};  // SHA-256 over previous ‖ the entry (docs/PROTOCOL.md)
};

struct AuditHead {
    std::uint64_t n = 0;
    core::Hash hash{};
};

/// SHA-256 over label ‖ previous ‖ n ‖ the entry, each part framed.
core::Hash audit_hash(const AuditEntry& entry, std::uint64_t n, const core::Hash& previous);

/// Walks one chain from its first line on, or from a known one. An edited, missing, moved or
/// foreign line is ErrorCode::integrity.
class AuditWalk {
  public:
    /// `reached` is a line that was verified before.
    explicit AuditWalk(std::optional<core::VaultId> account, const AuditHead& reached = {})
        : account_(account), reached_(reached) {}
    core::Result<void> next(const AuditLine& line);
    /// After the last line: a tail that was cut off is ErrorCode::integrity.
    core::Result<void> end(const AuditHead& head) const;
    const AuditHead& reached() const { return reached_; }

  private:
    core::Unexpected broken(std::uint64_t at) const;

    std::optional<core::VaultId> account_;
    AuditHead reached_;
};

}  // namespace sparekey::sync
