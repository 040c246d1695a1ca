// Two servers on a loopback port with one answer, for wrk: the least that Beast needs for it, and
// ours with its gate, limits, log and metrics.
//
// usage: bench_http_hello beast|ours [CERTIFICATE KEY]     prints where it listens; ends on SIGTERM
#include "core/crypto/system_random.h"
#include "sync/server/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <csignal>
#include <iostream>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using namespace sparekey;
using asio::use_awaitable;
using asio::ip::tcp;

const std::string kBody(200, 'x');

class SystemTime final : public core::Clock {
  public:
    std::uint64_t now_ms() const override {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    }
};

template <class Socket>
asio::awaitable<void> answer_all(Socket& socket) {
    boost::beast::flat_buffer buffer;
    for (;;) {
        http::request<http::string_body> request;
        co_await http::async_read(socket, buffer, request, use_awaitable);
        http::response<http::string_body> response(http::status::ok, 11);
        response.set(http::field::content_type, "text/plain");
        response.body() = kBody;
        response.prepare_payload();
        co_await http::async_write(socket, response, use_awaitable);
    }
}

asio::awaitable<void> beast_session(tcp::socket socket, ssl::context* context) {
    try {
        if (context == nullptr) {
            co_await answer_all(socket);
        } else {
            ssl::stream<tcp::socket> stream(std::move(socket), *context);
            co_await stream.async_handshake(ssl::stream_base::server, use_awaitable);
            co_await answer_all(stream);
        }
    } catch (const boost::system::system_error&) {
    }
}

asio::awaitable<void> beast_accept(tcp::acceptor& acceptor, ssl::context* context) {
    for (;;) {
        auto socket = co_await acceptor.async_accept(use_awaitable);
        socket.set_option(tcp::no_delay(true));
        asio::co_spawn(acceptor.get_executor(), beast_session(std::move(socket), context),
                       asio::detached);
    }
}

void beast(const std::optional<sync::TlsFiles>& files) {
    asio::io_context io{1};
    sync::TlsCertificate certificate(files.value_or(sync::TlsFiles{}));
    if (files) certificate.load().has_value();
    tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
    std::cout << "127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
    asio::co_spawn(io, beast_accept(acceptor, certificate.current().get()), asio::detached);
    io.run();
}

sync::Route hello() {
    struct Anyone {};
    const sync::Guard<Anyone> guard = [](const sync::Request&) { return Anyone{}; };
    const auto handler = [](const sync::Request&, const sync::PathValues&, Anyone&) {
        sync::Response response;
        response.content_type = "text/plain";
        response.body = kBody;
        return response;
    };
    sync::RouteFacts facts{sync::Method::get,    "/", "anyone", sync::Work::quick,
                           sync::Rate::ordinary, 0};
    return sync::route<Anyone>(std::move(facts), guard, handler);
}

void ours(const std::optional<sync::TlsFiles>& files) {
    const SystemTime clock;
    core::SystemRandom random;
    sync::Log log(sync::LogFormat::text, sync::LogLevel::info);
    sync::Metrics metrics;
    sync::LimiterSettings limits;
    limits.requests_a_second = 1e9;  // counted all the same
    limits.burst = 1e9;
    sync::Limiter limiter(limits, clock, random);
    std::vector<sync::Route> routes;
    routes.push_back(hello());
    const sync::Site site{
        sync::Router(std::move(routes)), {sync::Hosts::any, {}}, {}, false, {}, {}};
    sync::TlsCertificate certificate(files.value_or(sync::TlsFiles{}));
    if (files) certificate.load().has_value();
    sync::HttpServer server({}, {clock, random, log, metrics, limiter});
    server.on_signal(SIGTERM, [&] { server.stop(); });
    std::cout << *server.listen("127.0.0.1:0", site, files ? &certificate : nullptr) << std::endl;
    server.run();
}

}  // namespace

int main(int argc, char** argv) {
    core::start_crypto();
    const std::string which = argc > 1 ? argv[1] : "";
    std::optional<sync::TlsFiles> files;
    if (argc > 3) files = sync::TlsFiles{argv[2], argv[3]};
    if (which == "beast") beast(files);
    if (which == "ours") ours(files);
    return which == "beast" || which == "ours" ? 0 : 2;
}
