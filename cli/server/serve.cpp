#include "cli/server/commands.h"
#include "sync/server/service/service.h"

namespace sparekey::cli::server {

core::Result<void> serve(Session& session, const Given&) {
    SPAREKEY_TRY(sync::ServerConfig config, session.config());
    // Read again by SIGHUP, from where it was read at first.
    const auto again = [&session]() -> sync::ConfigOutcome {
        auto outcome = session.config_outcome();
        if (outcome) return std::move(*outcome);
        return {{}, {{0, outcome.error().message}}};
    };
    SPAREKEY_TRY(const auto service, sync::Service::start(std::move(config), again));
    service->run();
    return {};
}

}  // namespace sparekey::cli::server
