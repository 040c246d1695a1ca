#include "sync/server/http/server.h"

#include "sync/server/http/session.h"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/in.h>

#include <cstring>
#include <utility>

namespace sparekey::sync {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;
using Endpoint = asio::generic::stream_protocol::endpoint;

constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};

/// Nothing for a Unix socket.
std::optional<Address> address_of(const Endpoint& peer) {
    Address address;
    if (peer.data()->sa_family == AF_INET6) {
        const auto& six = *reinterpret_cast<const sockaddr_in6*>(peer.data());
        std::memcpy(address.bytes.data(), &six.sin6_addr, address.bytes.size());
        return address;
    }
    if (peer.data()->sa_family != AF_INET) return std::nullopt;
    const auto& four = *reinterpret_cast<const sockaddr_in*>(peer.data());
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(address.bytes.data() + 12, &four.sin_addr, 4);
    return address;
}

struct Listener {
    Acceptor acceptor;
    const Site& site;
    const TlsCertificate* certificate;
    Dispatcher dispatcher;
};

struct OnSignal {
    OnSignal(asio::io_context& io, int signal, std::function<void()> what)
        : signals(io, signal), action(std::move(what)) {}
    asio::signal_set signals;
    std::function<void()> action;
};

}  // namespace

struct HttpServer::Inside {
    Inside(const HttpSettings& settings, const HttpServices& all)
        : services(all),
          shared{settings,
                 all.clock,
                 all.metrics,
                 RequestIds(all.random),
                 Connections(settings.caps, all.metrics),
                 EventHub(io.get_executor(), settings.deadlines, settings.caps, all.metrics),
                 WorkPool(settings.store),
                 WorkPool(settings.outbound)},
          sweeper(io),
          pause(io) {}

    awaitable<void> accept(Listener& listener);
    void begin(Listener& listener, Socket socket, const Endpoint& peer);
    awaitable<void> sweep();
    awaitable<void> wait_for(OnSignal& handler);
    void stop();
    bool is_done() const { return shared.stopping && shared.connections.size() == 0; }

    HttpServices services;
    asio::io_context io{1};
    Shared shared;
    asio::steady_timer sweeper;
    asio::steady_timer pause;
    std::list<Listener> listeners;
    std::vector<SocketFile> files;  // of what was opened here, not of what was handed over
    std::list<OnSignal> signals;
    SteadyTime cut_at = SteadyTime::max();
};

awaitable<void> HttpServer::Inside::accept(Listener& listener) {
    while (listener.acceptor.is_open()) {
        Socket socket(io);
        Endpoint peer;
        const auto [failure] = co_await listener.acceptor.async_accept(socket, peer, kUse);
        if (!failure) {
            begin(listener, std::move(socket), peer);
        } else if (failure != asio::error::operation_aborted) {
            // Out of descriptors, most likely: those that are open will end.
            services.log.write(LogLevel::warning, "accept failed", {{"reason", failure.message()}});
            pause.expires_after(kPauseWithoutDescriptors);
            co_await pause.async_wait(kUse);
        }
    }
}

void HttpServer::Inside::begin(Listener& listener, Socket socket, const Endpoint& peer) {
    const auto address = address_of(peer);
    boost::system::error_code ignored;
    if (address) socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    auto stream = listener.certificate != nullptr
                      ? tls_stream(std::move(socket), listener.certificate->current())
                      : plain_stream(std::move(socket));
    const bool capped = !listener.site.trusts(address);
    auto connected = shared.connections.admit(std::move(stream), address, capped);
    if (!connected) return;
    asio::co_spawn(io, serve(std::move(connected), listener.site, listener.dispatcher, shared),
                   asio::detached);
}

awaitable<void> HttpServer::Inside::sweep() {
    while (!is_done()) {
        sweeper.expires_after(shared.settings.deadlines.sweep);
        co_await sweeper.async_wait(kUse);
        const SteadyTime now = std::chrono::steady_clock::now();
        shared.connections.sweep(now);
        shared.events.sweep(now);
        if (shared.stopping) shared.connections.cut_resting();
        if (now >= cut_at) shared.connections.cut_all();
    }
    for (auto& handler : signals) handler.signals.cancel();
}

awaitable<void> HttpServer::Inside::wait_for(OnSignal& handler) {
    for (;;) {
        const auto [failure, number] = co_await handler.signals.async_wait(kUse);
        if (failure) co_return;
        handler.action();
    }
}

void HttpServer::Inside::stop() {
    if (shared.stopping) return;
    shared.stopping = true;
    cut_at = std::chrono::steady_clock::now() + shared.settings.deadlines.stop;
    for (auto& listener : listeners) listener.acceptor.close();
    for (const SocketFile& file : std::exchange(files, {})) file.remove();
    pause.cancel();
    shared.connections.cut_resting();
    shared.events.end_all();
    sweeper.cancel();
}

HttpServer::HttpServer(const HttpSettings& settings, const HttpServices& services)
    : inside_(std::make_unique<Inside>(settings, services)) {}

/// Every session ends before what it uses does, even if run() never came to its end.
HttpServer::~HttpServer() {
    inside_->stop();
    inside_->shared.connections.cut_all();
    for (auto& handler : inside_->signals) handler.signals.cancel();
    inside_->io.restart();
    inside_->io.run();
}

core::Result<std::string> HttpServer::listen(std::string_view where, const Site& site,
                                             const TlsCertificate* certificate) {
    SPAREKEY_TRY(auto socket, open_listener(where));
    if (auto file = SocketFile::of(where)) inside_->files.push_back(std::move(*file));
    return adopt(std::move(socket), site, certificate);
}

std::string HttpServer::adopt(Descriptor socket, const Site& site,
                              const TlsCertificate* certificate) {
    const std::string where = listening_at(socket.number());
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&bound), &size);
    auto& services = inside_->services;
    inside_->listeners.push_back(
        {Acceptor(inside_->io), site, certificate,
         Dispatcher(site, services.limiter, services.metrics, services.log)});
    Listener& listener = inside_->listeners.back();
    listener.acceptor.assign(asio::generic::stream_protocol(bound.ss_family, 0), socket.release());
    asio::co_spawn(inside_->io, inside_->accept(listener), asio::detached);
    return where;
}

void HttpServer::on_signal(int signal, std::function<void()> action) {
    inside_->signals.emplace_back(inside_->io, signal, std::move(action));
    asio::co_spawn(inside_->io, inside_->wait_for(inside_->signals.back()), asio::detached);
}

void HttpServer::run() {
    asio::co_spawn(inside_->io, inside_->sweep(), asio::detached);
    inside_->io.run();
}

void HttpServer::stop() {
    asio::post(inside_->io, [inside = inside_.get()] { inside->stop(); });
}

void HttpServer::publish(const core::VaultId& account, std::string event) {
    inside_->shared.events.publish(account, std::move(event));
}

void HttpServer::end_streams(const core::VaultId& account) {
    inside_->shared.events.end(account);
}

}  // namespace sparekey::sync
