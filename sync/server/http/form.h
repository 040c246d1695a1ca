// What browsers and clients send as text: forms, queries, cookies.
#pragma once

#include "sync/server/http/message.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sparekey::sync {

using Parameters = std::map<std::string, std::string>;

/// application/x-www-form-urlencoded (WHATWG URL section 5.1), of a query or a body. Nothing if a
/// name comes twice (RFC 6749 section 3.1), an escape is malformed, a value is not UTF-8 or holds
/// NUL, or there are more than 64.
std::optional<Parameters> parse_parameters(std::string_view encoded);

/// The parameters of a body with that media type.
std::optional<Parameters> form_of(const Request& request);

/// "" if there is none.
std::string parameter(const Parameters& parameters, const std::string& name);

/// The value of a cookie (RFC 6265 section 5.4); nothing if it is missing or comes twice.
std::optional<std::string> cookie(const Request& request, std::string_view name);

/// `url` with more parameters in its query.
std::string with_parameters(std::string_view url, const Parameters& parameters);

}  // namespace sparekey::sync
