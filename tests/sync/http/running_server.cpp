#include "tests/sync/http/running_server.h"

#include "sync/server/http/problem.h"

#include <chrono>
#include <csignal>

namespace sparekey::tests {
namespace {

using namespace sparekey::sync;
using namespace std::chrono_literals;

struct Anyone {};
const Guard<Anyone> kAnyone = [](const Request&) { return Anyone{}; };
using Handler = std::function<Response(const Request&, const PathValues&)>;

Route anyone(RouteFacts facts, Handler handler) {
    return route<Anyone>(std::move(facts), kAnyone,
                         [handler](const Request& request, const PathValues& values, Anyone&) {
                             return handler(request, values);
                         });
}

Response text(std::string body) {
    Response response;
    response.content_type = "text/plain";
    response.body = std::move(body);
    return response;
}

Response log_in(const Request& request, const PathValues&) {
    if (request.body == "right") return text("welcome");
    Response response = problem(401, "unauthorized", "log in");
    if (request.body == "down") response.attempt = Attempt::forgiven;
    return response;
}

Response stream(const Request&, const PathValues& values) {
    const auto account = core::VaultId::parse(values.front());
    if (!account) return problem(404, "not_found", "no such account");
    return event_stream(*account, "event: head\ndata: 1\n\n");
}

/// The same after the latch, as if the store were slow.
Handler held_stream(Latch& latch) {
    return [&latch](const Request& request, const PathValues& values) {
        Response response = stream(request, values);
        latch.wait();
        return response;
    };
}

Handler waiting(Latch& latch) {
    return [&latch](const Request&, const PathValues&) {
        latch.wait();
        return text("done");
    };
}

Response fail(const Request&, const PathValues&) {
    throw core::SystemFailure("the disk\nis gone");
}

RouteFacts quick(Method method, const std::string& pattern, std::size_t most_body = 0) {
    return {method, pattern, "anyone", Work::quick, Rate::ordinary, most_body};
}

std::vector<Route> routes(RunningHttpServer& server) {
    std::vector<Route> table;
    const auto add = [&](RouteFacts facts, Handler handler) {
        table.push_back(anyone(std::move(facts), std::move(handler)));
    };
    add(quick(Method::get, "/quick"), [](auto&, auto&) { return text("quick"); });
    add(quick(Method::get, "/large"), [](auto&, auto&) { return text(std::string(1 << 20, 'x')); });
    add(quick(Method::get, "/address"), [](auto& request, auto&) { return text(request.address); });
    add(quick(Method::post, "/echo", 64 << 10),
        [](auto& request, auto&) { return text(request.body); });
    add(quick(Method::get, "/smuggled"), [&server](auto&, auto&) {
        ++server.smuggled;
        return text("smuggled");
    });
    add({Method::post, "/slow", "anyone", Work::store, Rate::ordinary, 100}, waiting(server.latch));
    add({Method::post, "/outbound", "anyone", Work::outbound, Rate::ordinary, 100},
        waiting(server.latch));
    add(quick(Method::get, "/throws"), fail);
    add({Method::post, "/login", "anyone", Work::quick, Rate::attempt, 100}, log_in);
    add({Method::get, "/events/{account}", "anyone", Work::store, Rate::ordinary, 0}, stream);
    add({Method::get, "/held/{account}", "anyone", Work::store, Rate::ordinary, 0},
        held_stream(server.latch));
    return table;
}

std::vector<Network> networks(const std::vector<std::string>& texts) {
    std::vector<Network> parsed;
    for (const auto& one : texts) parsed.push_back(Network::parse(one).value());
    return parsed;
}

}  // namespace

std::uint64_t SystemTime::now_ms() const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

void Latch::open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
}

void Latch::wait() {
    std::unique_lock lock(mutex_);
    ++visitors_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
}

void Latch::wait_for_visitors(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return visitors_ >= count; });
}

ServerOptions ServerOptions::hasty() {
    ServerOptions options;
    auto& deadlines = options.settings.deadlines;
    deadlines.head = 300ms;
    deadlines.idle = 300ms;
    deadlines.body = 300ms;
    deadlines.write = 300ms;
    deadlines.heartbeat = 100ms;
    deadlines.stop = 2000ms;
    deadlines.linger = 300ms;
    deadlines.sweep = 20ms;
    return options;
}

RunningHttpServer::RunningHttpServer(ServerOptions options)
    : limiter(options.limits, clock, random),
      server(options.settings, {clock, random, log, metrics, limiter}),
      site_{Router(routes(*this)),
            {Hosts::listed, {"vault.example"}},
            networks(options.trusted_proxies),
            false,
            {},
            {}} {
    if (options.tls) {
        certificate = std::make_unique<TlsCertificate>(*options.tls);
        if (auto loaded = certificate->load(); !loaded) {
            throw std::runtime_error(loaded.error().message);
        }
    }
    if (options.reload_on_hangup) {
        server.on_signal(SIGHUP, [this] {
            if (certificate->load()) metrics.gauge("reloads", "").add(1);
        });
    }
    auto listening = server.listen(options.where, site_, certificate.get());
    if (!listening) throw std::runtime_error(listening.error().message);
    where_ = *listening;
    thread_ = std::thread([this] { server.run(); });
}

RunningHttpServer::~RunningHttpServer() {
    latch.open();
    stop();
}

void RunningHttpServer::stop() {
    server.stop();
    if (thread_.joinable()) thread_.join();
}

std::int64_t RunningHttpServer::metric(const std::string& line) const {
    const std::string text = "\n" + metrics.text();
    const std::size_t at = text.find("\n" + line + " ");
    return at == std::string::npos ? -1 : std::stoll(text.substr(at + line.size() + 2));
}

bool RunningHttpServer::reaches(const std::string& line, std::int64_t value) const {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (metric(line) != value) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

}  // namespace sparekey::tests
