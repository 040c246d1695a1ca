// JSON bodies of the API.
#pragma once

#include "sync/server/http/message.h"
#include "sync/server/oidc/providers.h"
#include "sync/server/store/types.h"

#include <boost/json/object.hpp>

namespace sparekey::sync {

Response json_answer(const boost::json::value& body, unsigned status = 200);

/// The object of a request's body: application/json, at most what the route allows, 8 deep, no name
/// twice. Nothing if it is not that.
std::optional<boost::json::object> json_body(const Request& request);

/// A string member, or nothing.
std::optional<std::string> text_member(const boost::json::object& object, std::string_view name);

/// `{id, provider, display, linked, last_login}`.
boost::json::object identity_json(const std::vector<ProviderFacts>& providers,
                                  const Identity& identity);
/// RFC 3339, UTC, seconds.
std::string time_text(std::uint64_t ms);
/// `{at, n, action, actor, address, detail}` and its hashes.
boost::json::object audit_json(const AuditLine& line);

}  // namespace sparekey::sync
