#include "sync/protocol/audit_chain.h"

#include "core/base/mutant.h"
#include "sync/protocol/framed_hash.h"

namespace sparekey::sync {
namespace {

constexpr std::string_view kLabel = "sparekey audit line 1";

}  // namespace

core::Hash audit_hash(const AuditEntry& entry, std::uint64_t n, const core::Hash& previous) {
    FramedHash hash;
    hash.fixed(core::bytes_of(kLabel)).fixed(previous).number(n);
    hash.bytes(entry.account ? core::ByteView(entry.account->bytes) : core::ByteView())
        .number(entry.at_ms);
    for (const std::string* text : {&entry.action, &entry.actor, &entry.address, &entry.detail}) {
        hash.text(*text);
    }
    return hash.finish();
}

core::Result<void> AuditWalk::next(const AuditLine& line) {
    const bool follows = line.n == reached_.n + 1 && line.previous == reached_.hash &&
                         line.entry.account == account_;
    if (!follows && !SPAREKEY_LEFT_OUT("audit-chain-order")) return broken(line.n);
    if (line.hash != audit_hash(line.entry, line.n, line.previous) &&
        !SPAREKEY_LEFT_OUT("audit-line-hash")) {
        return broken(line.n);
    }
    reached_ = {line.n, line.hash};
    return {};
}

core::Result<void> AuditWalk::end(const AuditHead& head) const {
    const bool whole = head.n == reached_.n && head.hash == reached_.hash;
    if (!whole && !SPAREKEY_LEFT_OUT("audit-chain-tail")) return broken(reached_.n + 1);
    return {};
}

core::Unexpected AuditWalk::broken(std::uint64_t at) const {
    const std::string whose = account_ ? "account " + account_->text() : "the server";
    return core::unexpected(core::ErrorCode::integrity,
                            "the audit log of " + whose +
                                " is not the one that was written, at line " + std::to_string(at),
                            "compare it with a backup before it is used as evidence");
}

}  // namespace sparekey::sync
