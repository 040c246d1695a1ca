// The bytes of an answer's head, with the headers that every answer has.
#pragma once

#include "core/base/result.h"
#include "sync/server/http/message.h"

namespace sparekey::sync {

enum class Connection : std::uint8_t { stays, closes };

/// What belongs to all answers of a listener.
struct DefaultHeaders {
    /// Strict-Transport-Security (RFC 6797): where the origin is https.
    bool https_only = false;
};

/// Date (RFC 9110 section 6.6.1), X-Request-Id, nosniff, no-store, no referrer, a
/// Content-Security-Policy that allows nothing, and HSTS; the response's own headers replace those
/// of the same name. Content-Length is that of the body, none for a stream of events. No Server
/// header. ErrorCode::failed if a header would break the message: nothing of it is sent then.
core::Result<std::string> response_head(const Response& response, std::string_view id,
                                        std::uint64_t now_ms, Connection connection,
                                        const DefaultHeaders& defaults);

/// IMF-fixdate, such as "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::uint64_t now_ms);

}  // namespace sparekey::sync
