// Whether a browser says that a request comes from a page of this server: what forms that change
// something ask for beside their token.
#pragma once

#include "sync/server/http/message.h"

namespace sparekey::sync {

/// By Origin (RFC 6454) and Sec-Fetch-Site (W3C Fetch Metadata), each of which must agree where it
/// is sent.
bool is_same_origin(std::string_view origin, const Request& request);

}  // namespace sparekey::sync
