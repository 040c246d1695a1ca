#include "sync/client/server_address.h"

#include "core/base/mutant.h"
#include "sync/http_client/url.h"

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::unexpected;

}  // namespace

core::Result<ServerAddress> parse_server_address(std::string_view text) {
    const bool bare = text.find("://") == std::string_view::npos;
    const auto url = parse_url(bare ? "https://" + std::string(text) : std::string(text));
    if (!url) {
        return unexpected(ErrorCode::usage, "this is not the address of a server",
                          "give it as your browser shows it, such as https://vault.example.org");
    }
    if (url->scheme == UrlScheme::https) return ServerAddress{url->origin(), AddressRule::any};
    if (!names_loopback(*url) && !SPAREKEY_LEFT_OUT("server-plain-http")) {
        return unexpected(
            ErrorCode::usage,
            "plain http would show what is sent to everybody on the way; it is for a server on "
            "this machine only",
            "give the server a certificate and say https://");
    }
    // Whatever the name resolves to: unencrypted words never leave this machine.
    return ServerAddress{url->origin(), AddressRule::loopback_only};
}

}  // namespace sparekey::sync
