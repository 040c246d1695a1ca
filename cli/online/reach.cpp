#include "cli/online/commands.h"
#include "cli/online/network.h"
#include "sync/client/server_address.h"

#include <ctime>

namespace sparekey::cli::online {
namespace {

constexpr std::chrono::milliseconds kPatience{10000};

/// Of the answer's Date (RFC 9110 section 6.6.1): seconds since 1970.
std::optional<std::int64_t> time_of(const sync::FetchResponse& response) {
    for (const sync::FetchHeader& header : response.headers) {
        std::tm parts{};
        if (header.name != "date") continue;
        const char* const end =
            ::strptime(header.value.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        if (end != nullptr && *end == '\0') return ::timegm(&parts);
    }
    return std::nullopt;
}

}  // namespace

/// Prints by how many seconds the server's clock is before this one; nothing if it tells no time.
core::Result<void> reach(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const sync::ServerAddress address,
                 sync::parse_server_address(*arguments.positional(0)));
    sync::CurlFetcher fetcher(network_settings());
    sync::FetchRequest request;
    request.url = address.origin + "/healthz";
    request.addresses = address.rule;
    request.deadline = kPatience;
    SPAREKEY_TRY(const sync::FetchResponse response, fetcher.fetch(request));
    if (response.status != 200) {
        return core::unexpected(core::ErrorCode::offline,
                                "it answers " + std::to_string(response.status));
    }
    const auto now = static_cast<std::int64_t>(session.clock().now_ms() / 1000);
    if (const auto theirs = time_of(response)) {
        session.out().raw(std::to_string(*theirs - now) + "\n");
    }
    return {};
}

}  // namespace sparekey::cli::online
