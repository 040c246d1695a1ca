#include "sync/server/service/service.h"

#include "core/crypto/system_random.h"
#include "core/text/unicode.h"
#include "sync/http_client/curl_fetcher.h"
#include "sync/server/accounts/account_routes.h"
#include "sync/server/accounts/enrolment_routes.h"
#include "sync/server/accounts/page_routes.h"
#include "sync/server/accounts/sync_routes.h"
#include "sync/server/config/provider_table.h"
#include "sync/server/http/notify.h"
#include "sync/server/http/server.h"
#include "sync/server/oauth/browser_login.h"
#include "sync/server/oauth/endpoints.h"
#include "sync/server/oidc/configured_providers.h"
#include "sync/server/pages/trouble_page.h"
#include "sync/server/service/changing_providers.h"
#include "sync/server/service/health_routes.h"
#include "sync/server/service/measured_providers.h"
#include "sync/server/service/store_figures.h"
#include "sync/server/service/sweeper.h"
#include "sync/server/store/address.h"
#include "sync/server/store/open.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>

namespace sparekey::sync {
namespace {

class SystemClock final : public core::Clock {
  public:
    std::uint64_t now_ms() const override {
        using namespace std::chrono;
        const auto since = system_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(duration_cast<milliseconds>(since).count());
    }
};

void append(std::vector<Route>& all, std::vector<Route> more) {
    for (Route& route : more) all.push_back(std::move(route));
}

std::vector<ProviderConfig> provider_configs(const ServerConfig& config,
                                             std::vector<Complaint>& complaints) {
    std::vector<ProviderConfig> configs;
    for (const ProviderTable& table : config.providers) {
        if (auto provider = provider_config(table, complaints)) {
            configs.push_back(std::move(*provider));
        }
    }
    return configs;
}

core::Result<std::unique_ptr<ConfiguredProviders>> make_providers(const ServerConfig& config,
                                                                  Fetcher& fetcher,
                                                                  core::Random& random,
                                                                  const core::Clock& clock) {
    std::vector<Complaint> complaints;
    std::vector<ProviderConfig> configs = provider_configs(config, complaints);
    if (!complaints.empty()) {
        return core::unexpected(core::ErrorCode::usage, complaints.front().what);
    }
    return ConfiguredProviders::make(std::move(configs), config.settings.origin, fetcher, random,
                                     clock);
}

/// "https://vault.example.org:443" without the scheme, as Host says it.
std::string authority_of(const std::string& origin) {
    return origin.substr(origin.find("//") + 2);
}

Trouble failure_answer(const core::SystemFailure& failure) {
    if (dynamic_cast<const StoreUnavailable*>(&failure) != nullptr) {
        return {503, "failed", "The store does not answer at the moment.", 5};
    }
    return {500, "failed", "The server met something that it does not know."};
}

Place place_of(const ServerConfig& config, const std::string& key) {
    const auto found = config.places.find(key);
    return found == config.places.end() ? Place() : found->second;
}

/// A file is made where there is none, its folder is not.
void check_store(const ServerConfig& config, std::vector<Complaint>& complaints) {
    const auto address = StoreAddress::parse(config.store);
    if (!address || address->kind != StoreAddress::Kind::sqlite) return;
    const std::string folder = std::filesystem::path(address->where).parent_path().string();
    const char* wrong = nullptr;
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored)) {
        wrong = ", which is no folder";
    } else if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        wrong = ", where this user may not write";
    }
    if (wrong != nullptr) {
        complaints.push_back(complaint_at(place_of(config, "store"),
                                          "store lies in " + core::printable(folder) + wrong));
    }
}

void check_certificate(const ServerConfig& config, std::vector<Complaint>& complaints) {
    if (!config.tls) return;
    TlsCertificate certificate(*config.tls);
    const auto loaded = certificate.load();
    if (loaded) return;
    const std::string& message = loaded.error().message;
    const bool first = message.starts_with(config.tls->certificate + ": ");
    complaints.push_back(
        complaint_at(place_of(config, first ? "tls.certificate" : "tls.key"), "[tls] " + message));
}

LimiterSettings limits_of(const ServerConfig& config) {
    LimiterSettings limits;
    limits.requests_a_second = static_cast<double>(config.requests_per_second);
    limits.burst = 8 * limits.requests_a_second;
    limits.pushes_a_day = static_cast<double>(config.pushes_a_day);
    return limits;
}

class RunningService final : public Service {
  public:
    RunningService(ServerConfig config, ConfigSource again)
        : config_(std::move(config)),
          again_(std::move(again)),
          log_(config_.log_format, config_.log_level),
          limiter_(limits_of(config_), clock_, random_),
          server_(HttpSettings(), {clock_, random_, log_, metrics_, limiter_}) {}

    core::Result<void> open() {
        SPAREKEY_TRY(store_, open_store(config_.store, Use::server, &store_figures_));
        SPAREKEY_TRY(auto providers, make_providers(config_, fetcher_, random_, clock_));
        providers_.change(std::move(providers));
        services_.emplace(Services{*store_, measured_providers_, clock_, random_, config_.settings,
                                   limiter_,
                                   [this](const AccountId& id) { server_.end_streams(id); }});
        if (config_.tls) {
            certificate_.emplace(*config_.tls);
            SPAREKEY_CHECK(certificate_->load());
        }
        // Before anybody can know the server by its listening, and ask it to end.
        server_.on_signal(SIGTERM, [this] { stop(); });
        server_.on_signal(SIGINT, [this] { stop(); });
        server_.on_signal(SIGHUP, [this] { reload(); });
        SPAREKEY_CHECK(listen());
        return {};
    }

    const std::vector<std::string>& addresses() const override { return addresses_; }

    void run() override {
        const Sweeper sweeper(*store_, clock_, log_);
        store_->on_change([this](const AccountId& account, std::uint64_t head) {
            server_.publish(account, head_event(head));
        });
        for (const std::string& address : addresses_) {
            log_.write(LogLevel::info, "listening", {{"address", address}});
        }
        notify_service_manager("READY=1");
        server_.run();
        store_->on_change({});
        log_.write(LogLevel::info, "stopped");
    }

    void stop() override {
        notify_service_manager("STOPPING=1");
        log_.write(LogLevel::info, "stopping");
        server_.stop();
    }

  private:
    Site public_site() {
        return Site{
            .router = Router(public_routes(*services_)),
            .gate = {Hosts::listed, {authority_of(config_.settings.origin)}, health_paths()},
            .trusted_proxies = config_.trusted_proxies,
            .trusts_unix_socket = true,
            .headers = {config_.settings.https()},
            .failure = failure_answer,
            .words = page_or_words};
    }

    /// What the service manager hands over takes the place of `listen`; a socket called "metrics"
    /// that of `metrics_listen`.
    core::Result<void> listen() {
        const TlsCertificate* const certificate = certificate_ ? &*certificate_ : nullptr;
        sites_.push_back(std::make_unique<Site>(public_site()));
        sites_.push_back(std::make_unique<Site>(
            Site{Router({metrics_route(metrics_)}), {Hosts::any, {}}, {}, false, {}, {}}));
        const Site& site = *sites_[0];
        const Site& figures = *sites_[1];
        bool handed_over = false;
        for (Activated& activated : activated_sockets()) {
            const bool metrics = activated.name == "metrics";
            addresses_.push_back(
                metrics ? server_.adopt(std::move(activated.socket), figures)
                        : server_.adopt(std::move(activated.socket), site, certificate));
            handed_over = handed_over || !metrics;
        }
        // The figures first: who finds the service there finds them, too.
        std::string figures_address;
        if (!config_.metrics_listen.empty()) {
            SPAREKEY_TRY(figures_address, server_.listen(config_.metrics_listen, figures));
        }
        if (!handed_over) {
            SPAREKEY_TRY(std::string address, server_.listen(config_.listen, site, certificate));
            addresses_.insert(addresses_.begin(), std::move(address));
        }
        if (!figures_address.empty()) addresses_.push_back(std::move(figures_address));
        return {};
    }

    /// Certificate, providers and log level. What is wrong leaves everything as it was.
    void reload() {
        notify_service_manager("RELOADING=1");
        const auto outcome = again_();
        if (!outcome.config) {
            const Complaint& first = outcome.complaints.front();
            log_.write(LogLevel::error, "configuration refused",
                       {{"line", first.line}, {"variable", first.variable}, {"what", first.what}});
            notify_service_manager("READY=1");
            return;
        }
        log_.set_level(outcome.config->log_level);
        auto providers = make_providers(*outcome.config, fetcher_, random_, clock_);
        bool whole = providers.has_value();
        if (providers) {
            providers_.change(std::move(*providers));
        } else {
            log_.write(LogLevel::error, "providers refused", {{"what", providers.error().message}});
        }
        if (certificate_) {
            if (const auto loaded = certificate_->load(); !loaded) {
                log_.write(LogLevel::error, "certificate refused",
                           {{"what", loaded.error().message}});
                whole = false;
            }
        }
        if (whole) log_.write(LogLevel::info, "reloaded");
        notify_service_manager("READY=1");
    }

    ServerConfig config_;
    ConfigSource again_;
    SystemClock clock_;
    core::SystemRandom random_;
    Log log_;
    Metrics metrics_;
    Limiter limiter_;
    CurlFetcher fetcher_;
    ChangingProviders providers_;
    MeasuredProviders measured_providers_{providers_, metrics_};
    StoreFigures store_figures_{metrics_};
    std::unique_ptr<Store> store_;
    std::optional<Services> services_;
    std::optional<TlsCertificate> certificate_;
    std::vector<std::unique_ptr<Site>> sites_;
    std::vector<std::string> addresses_;
    HttpServer server_;
};

}  // namespace

std::vector<Route> public_routes(Services& services) {
    std::vector<Route> routes = health_routes(services.store);
    append(routes, oauth_routes(services));
    append(routes, browser_login_routes(services));
    append(routes, enrolment_routes(services));
    append(routes, account_routes(services));
    append(routes, page_routes(services));
    append(routes, sync_routes(services));
    return routes;
}

core::Result<std::unique_ptr<Service>> Service::start(ServerConfig config, ConfigSource again) {
    auto service = std::make_unique<RunningService>(std::move(config), std::move(again));
    SPAREKEY_CHECK(service->open());
    return std::unique_ptr<Service>(std::move(service));
}

std::vector<ProviderFacts> configured_providers(const ServerConfig& config) {
    std::vector<Complaint> ignored;
    std::vector<ProviderFacts> all;
    for (const ProviderConfig& provider : provider_configs(config, ignored)) {
        all.push_back({provider.id, provider.name, std::string(type_name(provider.type))});
    }
    return all;
}

std::vector<Complaint> check_config(const ServerConfig& config) {
    std::vector<Complaint> complaints;
    std::vector<ProviderConfig> configs = provider_configs(config, complaints);
    CurlFetcher fetcher;
    core::SystemRandom random;
    const SystemClock clock;
    if (complaints.empty()) {
        const auto made = ConfiguredProviders::make(std::move(configs), config.settings.origin,
                                                    fetcher, random, clock);
        if (!made) complaints.push_back({0, made.error().message});
    }
    check_store(config, complaints);
    check_certificate(config, complaints);
    return complaints;
}

}  // namespace sparekey::sync
