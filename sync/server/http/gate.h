// The gate: which bytes count as the head of a request. Pure: bytes in, verdict out.
//
// Stricter than RFC 9112, since whatever two readers may read in two ways is how requests are
// smuggled past a proxy (research M9, H-01). A refusal ends the connection: what follows
// a head that was not understood has no beginning.
#pragma once

#include "sync/server/http/message.h"
#include "sync/server/http/refusal.h"

#include <variant>

namespace sparekey::sync {

inline constexpr std::size_t kMostHead = std::size_t{16} << 10;   // bytes, with the empty line
inline constexpr std::size_t kMostTarget = std::size_t{8} << 10;  // bytes
inline constexpr std::size_t kMostFields = 64;

enum class Hosts : std::uint8_t { listed, any };

struct GateRules {
    /// Any: every well-formed one, for a listener that has no name, such as that of the metrics.
    Hosts hosts = Hosts::listed;
    /// What Host may say: "vault.example.org", "127.0.0.1:8443"; compared without case.
    std::vector<std::string> authorities;
    /// Answered whatever Host says, as a probe by address does: they tell nobody anything.
    std::vector<std::string> open_paths = {};
};

/// A field as it came; the views are of the bytes that were examined.
struct Field {
    std::string_view name;
    std::string_view value;  // without white space around it
};

struct Head {
    Method method = Method::get;
    std::string path;              // as in Request
    std::string_view raw_target;   // as it came
    std::string_view query;        // as in Request
    std::vector<Field> fields;     // in their order
    std::uint64_t body_bytes = 0;  // Content-Length, 0 without one
    bool keeps_open = true;        // no "Connection: close"
};

/// How many of `bytes` are the head with its empty line; 0 if it is not whole yet.
std::variant<std::size_t, Refusal> find_head(std::string_view bytes);

/// `head` is what find_head() measured.
std::variant<Head, Refusal> examine_head(std::string_view head, const GateRules& rules);

}  // namespace sparekey::sync
