// Which server a person means, and how it may be reached.
#pragma once

#include "core/base/result.h"
#include "sync/http_client/fetcher.h"

#include <string>
#include <string_view>

namespace sparekey::sync {

/// Any address may be meant, since people host at home; but what goes over a network is encrypted.
struct ServerAddress {
    std::string origin;  // scheme, host and port; no slash at the end
    AddressRule rule = AddressRule::any;
};

/// The origin of a URL; a path in it is not looked at. "https://" may be left out.
/// ErrorCode::usage for what is no web address, and for plain http to another machine.
core::Result<ServerAddress> parse_server_address(std::string_view text);

}  // namespace sparekey::sync
