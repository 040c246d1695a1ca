// The local audit log: which secret was handed out, by what, when; never a value.
//
// A table of its own beside the records, outside of the state root: a line is no change of the
// vault. Only the last kAuditLinesKept lines stay, so the log does not outgrow the vault.
#pragma once

#include "core/model/ids.h"
#include "storage/sqlite/statement.h"

#include <optional>
#include <string>
#include <vector>

namespace sparekey::storage {

inline constexpr std::uint64_t kAuditLinesKept = 10000;

struct AuditLine {
    std::uint64_t at_ms = 0;
    std::string action;                  // "reveal", "copy", "answer", "sign", "export"
    std::optional<core::RecordId> item;  // none: everything
    std::string field;                   // empty: the whole item
    std::string by;                      // the command or helper that asked
};

class AuditLog {
  public:
    explicit AuditLog(Database& database);
    /// Durable when it returns; throws core::SystemFailure, on a full disk say.
    void append(const AuditLine& line);
    /// The last `limit` lines, oldest first.
    std::vector<AuditLine> last(std::uint64_t limit);

  private:
    Statement insert_;
    Statement prune_;
    Statement last_;
    std::uint64_t appended_ = 0;
};

}  // namespace sparekey::storage
