// One request and its answer, as handlers see them: no socket, no Beast, nothing of the connection
// but the peer's address. What is here has passed the gate.
#pragma once

#include "core/model/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparekey::sync {

enum class Method : std::uint8_t { get, head, post, put, remove };

/// "GET", "HEAD", "POST", "PUT", "DELETE".
std::string_view method_name(Method method);
/// Exactly one of these names.
std::optional<Method> parse_method(std::string_view name);

struct Header {
    std::string name;  // lower case
    std::string value;
};

struct Request {
    Method method = Method::get;
    std::string path;   // percent-decoded, begins with '/', no dot segments
    std::string query;  // raw, after '?'
    std::vector<Header> headers;
    std::string body;
    std::string address;  // the peer's, or what a trusted proxy says it is; "unix" on a Unix socket
    std::string id;       // the request id, in every log line and error

    /// The first header of this lower-case name.
    std::optional<std::string_view> header(std::string_view name) const;
};

/// What the limiter makes of an answer. By status: 401 and 403 of a route with Rate::attempt are
/// failures. Failed: whatever the status. Forgiven: not a failure, such as one at a login provider.
enum class Attempt : std::uint8_t { by_status, failed, forgiven };

struct Response {
    unsigned status = 200;
    std::string content_type;
    std::string body;
    std::vector<Header> headers;

    Attempt attempt = Attempt::by_status;
    /// Whose failure it is beside the address's, such as "device:…": Limiter::wait_for() of the
    /// same text says how long the next attempt has to wait.
    std::string attempt_key;
    /// Set by event_stream(): the connection stays open for what EventHub publishes to the account.
    std::optional<core::VaultId> events;
};

/// 200 text/event-stream (WHATWG HTML, section 9.2). `first` is sent at once: whole events, each
/// ending in an empty line, or nothing.
Response event_stream(const core::VaultId& account, std::string first);

/// RFC 9110 section 15's phrase for a status that this server uses, "Unknown" for another.
std::string_view status_reason(unsigned status);

/// Letters A to Z only.
std::string lower_case(std::string_view text);
bool equal_ignoring_case(std::string_view left, std::string_view right);
/// Without the spaces and tabs around it (RFC 9110 section 5.6.3).
std::string_view trim(std::string_view text);
/// C0 (a tab too) and DEL: nothing that a head may hold.
bool has_control(std::string_view text);

}  // namespace sparekey::sync
