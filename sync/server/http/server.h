// The HTTP server: listeners, sessions, pools, streams of events. No Boost in this header.
//
//     HttpServer server(settings, {clock, random, log, metrics, limiter});
//     server.listen("127.0.0.1:8443", site, &certificate)   // any number of these
//     server.run();                                          // until stop()
//
// One thread does all input and output and whatever handlers call quick; other handlers run on two
// pools, so a site's handlers must be safe for many threads. What is passed in outlives the server.
#pragma once

#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "sync/server/http/limiter.h"
#include "sync/server/http/listening.h"
#include "sync/server/http/metrics.h"
#include "sync/server/http/settings.h"
#include "sync/server/http/site.h"
#include "sync/server/http/tls_certificate.h"
#include "sync/server/log/log.h"

namespace sparekey::sync {

struct HttpServices {
    const core::Clock& clock;
    core::Random& random;
    Log& log;
    Metrics& metrics;
    Limiter& limiter;
};

class HttpServer {
  public:
    HttpServer(const HttpSettings& settings, const HttpServices& services);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// As open_listener(); answers where it listens now. TLS if there is a `certificate`, which is
    /// loaded already.
    core::Result<std::string> listen(std::string_view where, const Site& site,
                                     const TlsCertificate* certificate = nullptr);
    /// A socket that listens already.
    std::string adopt(Descriptor socket, const Site& site,
                      const TlsCertificate* certificate = nullptr);

    /// `action` runs on the I/O thread each time the process gets `signal`. Before run(). A
    /// certificate that is served is reloaded here, and nowhere else.
    void on_signal(int signal, std::function<void()> action);

    /// Until stop(), and until the last connection is gone.
    void run();
    /// Any thread. Takes no new connections; requests in flight are answered, for at most
    /// Deadlines::stop, then cut.
    void stop();

    /// Any thread: EventHub::publish() and end().
    void publish(const core::VaultId& account, std::string event);
    void end_streams(const core::VaultId& account);

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace sparekey::sync
