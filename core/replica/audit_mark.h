// How far the person at this device was told what the server's audit log says.
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

/// The log's head then, and the account's revision. Each commit has one line of the log: where
/// there are more lines than commits since, something else happened.
struct AuditMark {
    ChainPoint audit;
    std::uint64_t revision = 0;
    friend bool operator==(const AuditMark&, const AuditMark&) = default;
};

/// Nothing if there never was one. ErrorCode::integrity.
Result<std::optional<AuditMark>> read_audit_mark(SyncStore& store);
void put_audit_mark(const AuditMark& mark, SyncTransaction& transaction);
/// Of an account that was left: another one has another log.
void forget_audit_mark(SyncTransaction& transaction);

}  // namespace sparekey::core
