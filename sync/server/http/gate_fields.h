// The gate's rules for header fields: the form of one, and what they say together.
#pragma once

#include "sync/server/http/gate.h"

namespace sparekey::sync {

/// One line without its end: "name: value" (RFC 9110 section 5), nothing folded.
std::variant<Field, Refusal> examine_field(std::string_view line);

/// Exactly one allowed Host, at most one Content-Length of digits, no transfer coding, no trailer,
/// no content coding, no expectation, nothing twice that may be there once. Sets `body_bytes` and
/// `keeps_open`.
std::optional<Refusal> examine_fields(Head& head, const GateRules& rules);

}  // namespace sparekey::sync
