// What browsers and clients send as text: forms, queries, cookies.
#pragma once

#include "sync/protocol/parameters.h"
#include "sync/server/http/message.h"

#include <optional>
#include <string>
#include <string_view>

namespace sparekey::sync {

/// The parameters of a body with that media type.
std::optional<Parameters> form_of(const Request& request);

/// The value of a cookie (RFC 6265 section 5.4); nothing if it is missing or comes twice.
std::optional<std::string> cookie(const Request& request, std::string_view name);

/// `url` with more parameters in its query.
std::string with_parameters(std::string_view url, const Parameters& parameters);

}  // namespace sparekey::sync
