#include "cli/online/network.h"

namespace sparekey::cli::online {

sync::CurlSettings network_settings() {
    sync::CurlSettings settings;
    settings.proxies = sync::Proxies::from_environment;
    return settings;
}

/// One for the process: its connections stay open for what comes next.
sync::CurlFetcher& Server::network() {
    static sync::CurlFetcher fetcher(network_settings());
    return fetcher;
}

Server::Server(sync::ServerAddress address) : connection_(network(), std::move(address)) {}

core::Result<std::unique_ptr<Server>> Server::at(std::string_view url) {
    SPAREKEY_TRY(sync::ServerAddress address, sync::parse_server_address(url));
    return std::unique_ptr<Server>(new Server(std::move(address)));
}

}  // namespace sparekey::cli::online
