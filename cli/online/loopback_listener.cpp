#include "cli/online/loopback_listener.h"

#include "core/base/mutant.h"
#include "sync/protocol/parameters.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace sparekey::cli::online {
namespace {

using core::Result;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kLargestRequest = 8 * 1024;  // bytes, up to the empty line
constexpr std::size_t kMostPeers = 16;
constexpr seconds kPeerPatience{10};

constexpr std::string_view kClosing =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sparekey</title>"
    "<p>You can close this window.</p></html>\n";
constexpr std::string_view kNothingHere =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sparekey</title>"
    "<p>There is nothing here.</p></html>\n";

std::string response(std::string_view status, std::string_view page) {
    return "HTTP/1.1 " + std::string(status) +
           "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " +
           std::to_string(page.size()) +
           "\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'none'"
           "\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n" +
           std::string(page);
}

/// A page is small enough for any socket's buffer; a peer that does not take it goes without.
void answer(const storage::File& socket, std::string_view status, std::string_view page) {
    const std::string text = response(status, page);
    [[maybe_unused]] const ssize_t sent =
        ::send(socket.descriptor(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(socket.descriptor(), SHUT_WR);
}

/// The query of "GET PATH?QUERY HTTP/1.x"; nothing for any other request.
std::optional<std::string> query_for(std::string_view request, const std::string& path) {
    std::string_view line = request.substr(0, request.find("\r\n"));
    const std::string wanted = "GET " + path + "?";
    if (!line.starts_with(wanted)) return std::nullopt;
    line.remove_prefix(wanted.size());
    const auto end = line.find(' ');
    if (end == std::string_view::npos || !line.substr(end).starts_with(" HTTP/1.")) {
        return std::nullopt;
    }
    return std::string(line.substr(0, end));
}

core::Unexpected refused(const char* what, const char* hint = "") {
    return core::unexpected(core::ErrorCode::refused, what, hint);
}

}  // namespace

LoopbackListener::LoopbackListener(core::Random& random)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      path_("/" + core::to_base64url(random.bytes<16>())) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (!listener_.is_open() || ::bind(listener_.descriptor(), generic, size) != 0 ||
        ::listen(listener_.descriptor(), 16) != 0 ||
        ::getsockname(listener_.descriptor(), generic, &size) != 0) {
        throw core::SystemFailure("cannot listen on this machine for the browser's answer");
    }
    redirect_uri_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + path_;
}

void LoopbackListener::poll(Clock::time_point end) {
    std::vector<pollfd> sockets{{listener_.descriptor(), POLLIN, 0}};
    for (const Peer& peer : peers_) {
        sockets.push_back({peer.socket.descriptor(), POLLIN, 0});
        end = std::min(end, peer.end);
    }
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    const int ready = ::poll(sockets.data(), sockets.size(),
                             static_cast<int>(std::max(left, milliseconds(0)).count()));
    if (ready < 0 && errno != EINTR) throw core::SystemFailure("cannot wait for the browser");
    somebody_waits_ = ready > 0 && sockets.front().revents != 0;
}

void LoopbackListener::accept() {
    storage::File socket(
        ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    // Whoever connects and says nothing must not keep the browser out.
    if (socket.is_open() && peers_.size() == kMostPeers) peers_.pop_front();
    if (socket.is_open()) peers_.push_back({std::move(socket), {}, Clock::now() + kPeerPatience});
}

std::optional<Result<std::string>> LoopbackListener::read(Peer& peer, const Expected& expected) {
    char block[2048];
    const ssize_t got = ::recv(peer.socket.descriptor(), block, sizeof block, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR) && Clock::now() < peer.end) return {};
    if (got > 0) peer.request.append(block, static_cast<std::size_t>(got));
    const bool whole = peer.request.find("\r\n\r\n") != std::string::npos;
    const bool too_large =
        peer.request.size() > kLargestRequest && !SPAREKEY_LEFT_OUT("loopback-size");
    if (got > 0 && !whole && !too_large && Clock::now() < peer.end) return {};
    const storage::File socket = std::move(peer.socket);
    const auto query = whole && !too_large ? query_for(peer.request, path_) : std::nullopt;
    const auto parameters = query ? sync::parse_parameters(*query) : std::nullopt;
    const bool ours = parameters &&
                      (sync::parameter(*parameters, "state") == expected.state ||
                       SPAREKEY_LEFT_OUT("loopback-state")) &&
                      (sync::parameter(*parameters, "iss") == expected.issuer ||
                       SPAREKEY_LEFT_OUT("loopback-issuer"));
    if (!ours) {
        answer(socket, "404 Not Found", kNothingHere);
        return {};
    }
    answer(socket, "200 OK", kClosing);
    std::string code = sync::parameter(*parameters, "code");
    if (code.empty()) return Result<std::string>(refused("the login was refused"));
    return Result(std::move(code));
}

Result<std::string> LoopbackListener::wait(std::string_view state, std::string_view issuer,
                                           milliseconds patience) {
    const auto end = Clock::now() + patience;
    while (Clock::now() < end) {
        poll(end);
        if (somebody_waits_) accept();
        for (Peer& peer : peers_) {
            if (auto answered = read(peer, {state, issuer})) return std::move(*answered);
        }
        peers_.remove_if([](const Peer& peer) { return !peer.socket.is_open(); });
    }
    return refused("the browser did not come back in time", "begin again");
}

}  // namespace sparekey::cli::online
