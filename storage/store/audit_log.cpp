#include "storage/store/audit_log.h"

#include <algorithm>

namespace sparekey::storage {

AuditLog::AuditLog(Database& database)
    : insert_(database,
              "INSERT INTO audit(at, action, item, field, by) VALUES(?1, ?2, ?3, ?4, ?5)"),
      prune_(database, "DELETE FROM audit WHERE seq <= (SELECT max(seq) FROM audit) - ?1"),
      last_(database, "SELECT at, action, item, field, by FROM audit ORDER BY seq DESC LIMIT ?1") {}

void AuditLog::append(const AuditLine& line) {
    insert_.bind(1, static_cast<std::int64_t>(line.at_ms)).bind(2, line.action);
    if (line.item) {
        insert_.bind(3, core::ByteView(line.item->bytes));
    } else {
        insert_.bind_null(3);
    }
    insert_.bind(4, line.field).bind(5, line.by).run();
    // Now and then, so that a line is one small write.
    constexpr std::uint64_t kSlack = 1000;
    if (++appended_ % kSlack == 1) prune_.bind(1, static_cast<std::int64_t>(kAuditLinesKept)).run();
}

std::vector<AuditLine> AuditLog::last(std::uint64_t limit) {
    const std::uint64_t most = std::min(limit, kAuditLinesKept);
    std::vector<AuditLine> lines;
    last_.bind(1, static_cast<std::int64_t>(most));
    while (last_.step()) {
        AuditLine line;
        line.at_ms = static_cast<std::uint64_t>(last_.integer(0));
        line.action = last_.text(1);
        line.item = core::RecordId::from_bytes(last_.bytes(2));
        line.field = last_.text(3);
        line.by = last_.text(4);
        lines.push_back(std::move(line));
    }
    last_.reset();
    std::reverse(lines.begin(), lines.end());
    return lines;
}

}  // namespace sparekey::storage
