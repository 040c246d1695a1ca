// The way to a server from a command: its address, libcurl, and a member's tokens.
#pragma once

#include "cli/session.h"
#include "sync/client/member_connection.h"
#include "sync/http_client/curl_fetcher.h"

namespace sparekey::cli::online {

/// The system's authorities and the environment's proxies.
sync::CurlSettings network_settings();

/// One server, over the network: the system's authorities and the environment's proxies.
class Server {
  public:
    /// ErrorCode::usage for what is no address that may be used.
    static core::Result<std::unique_ptr<Server>> at(std::string_view url);

    const std::string& origin() const { return connection_.origin(); }
    const sync::ServerConnection& connection() const { return connection_; }

  private:
    static sync::CurlFetcher& network();
    explicit Server(sync::ServerAddress address);

    sync::ServerConnection connection_;
};

}  // namespace sparekey::cli::online
