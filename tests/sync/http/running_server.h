// A server of ours on a loopback socket, in a thread of this process, with handlers for tests.
#pragma once

#include "core/crypto/system_random.h"
#include "sync/server/http/server.h"

#include <condition_variable>
#include <functional>
#include <sstream>
#include <thread>

namespace sparekey::tests {

class SystemTime final : public core::Clock {
  public:
    std::uint64_t now_ms() const override;
};

/// Closed at first: whoever waits goes on when it is opened.
class Latch {
  public:
    void open();
    void wait();
    /// Until so many wait (or did).
    void wait_for_visitors(std::size_t count);

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t visitors_ = 0;
    bool open_ = false;
};

struct ServerOptions {
    sync::HttpSettings settings;
    sync::LimiterSettings limits;
    std::string where = "127.0.0.1:0";
    std::vector<std::string> trusted_proxies;
    std::optional<sync::TlsFiles> tls;
    bool reload_on_hangup =
        false;  // SIGHUP reads the certificate again; the gauge `reloads` counts
    /// Deadlines of a few tenths of a second.
    static ServerOptions hasty();
    ServerOptions() { limits.requests_a_second = 0; }
};

/// GET /quick, GET /large (1 MiB), GET /address, POST /echo (at most 64 KiB), POST /slow (waits on
/// the store's pool for `latch`), POST /outbound (the same on the other pool), GET /throws,
/// POST /login (401 unless the body is "right"; "down": a provider's failure, forgiven),
/// GET /events/{account}, GET /held/{account} (the same after `latch`), GET /smuggled (counts its
/// visits).
class RunningHttpServer {
  public:
    explicit RunningHttpServer(ServerOptions options = {});
    ~RunningHttpServer();
    RunningHttpServer(const RunningHttpServer&) = delete;
    RunningHttpServer& operator=(const RunningHttpServer&) = delete;

    const std::string& where() const { return where_; }
    /// Waits until it has ended.
    void stop();
    std::int64_t metric(const std::string& line) const;
    /// Waits at most ten seconds for a line of the metrics to have this value.
    bool reaches(const std::string& line, std::int64_t value) const;

    Latch latch;
    std::atomic<int> smuggled = 0;
    std::ostringstream log_text;
    SystemTime clock;
    core::SystemRandom random;
    sync::Log log{sync::LogFormat::text, sync::LogLevel::debug, &log_text};
    sync::Metrics metrics;
    sync::Limiter limiter;
    std::unique_ptr<sync::TlsCertificate> certificate;
    sync::HttpServer server;

  private:
    sync::Site site_;
    std::string where_;
    std::thread thread_;
};

}  // namespace sparekey::tests
