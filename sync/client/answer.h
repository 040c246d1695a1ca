// What a server's answer means before its content is read: taken, refused, in conflict, or no
// answer of a Sparekey server at all.
#pragma once

#include "core/base/bytes.h"
#include "sync/http_client/fetcher.h"
#include "sync/protocol/json.h"

namespace sparekey::sync {

/// ErrorCode::offline: "ORIGIN answers WHAT".
core::Unexpected nonsense(const std::string& origin, std::string_view what);

/// What the server says of an error (RFC 9457's detail or RFC 6749's description), fit for a
/// terminal and no longer than a line or two; "" if it says nothing.
std::string said_by(const FetchResponse& response);

/// The error behind a status that is not 2xx: 401 and 403 ErrorCode::refused, 409
/// ErrorCode::conflict, 507 ErrorCode::failed, everything else ErrorCode::offline.
core::Unexpected failure(const std::string& origin, const FetchResponse& response);

/// A 2xx with a body of this media type. Errors as failure(); ErrorCode::offline for another type.
core::Result<core::ByteView> body_of(const std::string& origin, const FetchResponse& response,
                                     std::string_view type);
/// A 2xx with a JSON object. ErrorCode::offline for what is none.
core::Result<Json> object_of(const std::string& origin, const FetchResponse& response);

}  // namespace sparekey::sync
