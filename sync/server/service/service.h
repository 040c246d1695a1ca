// The server as a whole: what a configuration says, put together and run.
#pragma once

#include "sync/server/config/config.h"
#include "sync/server/http/router.h"

#include <functional>
#include <memory>

namespace sparekey::sync {

/// Reads the configuration again, for SIGHUP.
using ConfigSource = std::function<ConfigOutcome()>;

class Service {
  public:
    /// Opens the store, the certificate and the sockets. Errors name what is in the way.
    static core::Result<std::unique_ptr<Service>> start(ServerConfig config, ConfigSource again);
    virtual ~Service() = default;

    /// Where it listens, as open_listener() writes it.
    virtual const std::vector<std::string>& addresses() const = 0;
    /// Until SIGTERM, SIGINT or stop(); requests in flight are answered first.
    virtual void run() = 0;
    /// Any thread.
    virtual void stop() = 0;
};

/// All routes of the public listener.
std::vector<Route> public_routes(Services& services);

/// As far as they are well-formed.
std::vector<ProviderFacts> configured_providers(const ServerConfig& config);

/// Everything that `config` is checked for beyond its words: providers, certificate, the store's
/// folder.
std::vector<Complaint> check_config(const ServerConfig& config);

}  // namespace sparekey::sync
