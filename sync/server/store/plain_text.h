// Text that both databases keep as it is: UTF-8 without NUL, which PostgreSQL cannot hold.
#pragma once

#include "sync/protocol/audit_chain.h"

#include <string>
#include <string_view>

namespace sparekey::sync {

bool is_plain(std::string_view text);

/// `text` if it is plain; else with U+FFFD in place of each byte that is not part of a character,
/// and of each NUL.
std::string plain_text(std::string_view text);

/// `entry` as it is kept: all its text plain; whatever a stranger sends must not keep its own line
/// out of the log.
AuditEntry kept_form(AuditEntry entry);

}  // namespace sparekey::sync
