#include "core/replica/audit_mark.h"

#include "core/codec/archive.h"

namespace sparekey::core {
namespace {

constexpr std::string_view kAuditMarkKey = "audit-told";

}  // namespace

Result<std::optional<AuditMark>> read_audit_mark(SyncStore& store) {
    const auto bytes = store.state(kAuditMarkKey);
    if (!bytes) return std::optional<AuditMark>();
    SPAREKEY_TRY(const AuditMark mark,
                 codec::decode_whole<AuditMark>(*bytes, [](codec::Reader& archive) {
                     AuditMark read;
                     archive(read.audit.n);
                     codec::get(archive, read.audit.hash);
                     archive(read.revision);
                     return read;
                 }));
    return std::optional(mark);
}

void put_audit_mark(const AuditMark& mark, SyncTransaction& transaction) {
    codec::Writer archive;
    archive(mark.audit.n);
    codec::put(archive, mark.audit.hash);
    archive(mark.revision);
    transaction.put_state(kAuditMarkKey, codec::plain(std::move(archive)));
}

void forget_audit_mark(SyncTransaction& transaction) {
    transaction.remove_state(kAuditMarkKey);
}

}  // namespace sparekey::core
