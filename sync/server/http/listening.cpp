#include "sync/server/http/listening.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

namespace sparekey::sync {
namespace {

constexpr std::string_view kUnix = "unix:";
constexpr int kBacklog = 1024;
constexpr int kFirstActivated = 3;  // SD_LISTEN_FDS_START
constexpr int kMostActivated = 64;

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

template <class Kind>
SocketAddress erase_kind(const Kind& address) {
    SocketAddress made;
    std::memcpy(&made.storage, &address, sizeof address);
    made.size = sizeof address;
    return made;
}

core::Unexpected failure(std::string_view where) {
    return core::unexpected(core::ErrorCode::failed,
                            "cannot listen at " + std::string(where) + ": " + std::strerror(errno));
}

std::optional<SocketAddress> unix_address(std::string_view path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (!path.starts_with('/') || path.size() >= sizeof address.sun_path) return std::nullopt;
    path.copy(address.sun_path, path.size());
    return erase_kind(address);
}

std::optional<SocketAddress> internet_address(std::string_view where) {
    const std::size_t colon = where.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto digits = where.substr(colon + 1);
    std::uint16_t port = 0;
    const auto* const last = digits.data() + digits.size();
    const auto [end, wrong] = std::from_chars(digits.data(), last, port);
    if (wrong != std::errc() || end != last) return std::nullopt;
    std::string host(where.substr(0, colon));
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1) return erase_kind(four);
    if (host.size() < 2 || host.front() != '[' || host.back() != ']') return std::nullopt;
    host = host.substr(1, host.size() - 2);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    if (::inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) != 1) return std::nullopt;
    return erase_kind(six);
}

bool somebody_listens(const SocketAddress& address) {
    const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::connect(probe.number(), address.raw(), address.size) == 0 || errno != ECONNREFUSED;
}

/// What is at the path is left alone unless it is a socket that nobody listens at.
void remove_abandoned(const std::string& path, const SocketAddress& address) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return;
    if (!somebody_listens(address)) ::unlink(path.c_str());
}

core::Result<Descriptor> bound(const SocketAddress& address, std::string_view where) {
    Descriptor socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.number() < 0) return failure(where);
    const int on = 1;
    if (address.storage.ss_family != AF_UNIX) {
        ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (::bind(socket.number(), address.raw(), address.size) != 0) return failure(where);
    return socket;
}

/// The mode is in place before anybody can connect, since nothing listens yet.
core::Result<Descriptor> open_unix(std::string_view where) {
    const std::string path(where.substr(kUnix.size()));
    const auto address = unix_address(path);
    if (!address) {
        return core::unexpected(core::ErrorCode::usage, "not a socket's path: " + path);
    }
    remove_abandoned(path, *address);
    SPAREKEY_TRY(auto socket, bound(*address, where));
    if (::chmod(path.c_str(), 0660) != 0) return failure(where);
    return socket;
}

core::Result<Descriptor> open_internet(std::string_view where) {
    const auto address = internet_address(where);
    if (!address) {
        return core::unexpected(core::ErrorCode::usage,
                                "not an address to listen at: " + std::string(where),
                                "such as 127.0.0.1:8443, [::1]:8443 or unix:/run/sparekey/socket");
    }
    return bound(*address, where);
}

std::string unset(const char* variable) {
    const char* const value = std::getenv(variable);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(variable);
    return text;
}

int number_in(const std::string& text) {
    int number = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    return wrong == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

int Descriptor::release() {
    return std::exchange(number_, -1);
}

core::Result<Descriptor> open_listener(std::string_view where) {
    SPAREKEY_TRY(auto socket, where.starts_with(kUnix) ? open_unix(where) : open_internet(where));
    if (::listen(socket.number(), kBacklog) != 0) return failure(where);
    return socket;
}

std::optional<SocketFile> SocketFile::of(std::string_view where) {
    if (!where.starts_with(kUnix)) return std::nullopt;
    std::string path(where.substr(kUnix.size()));
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
    return SocketFile(std::move(path), found.st_dev, found.st_ino);
}

void SocketFile::remove() const {
    struct stat found {};
    const auto address = unix_address(path_);
    if (!address || ::lstat(path_.c_str(), &found) != 0) return;
    if (found.st_dev == device_ && found.st_ino == file_) remove_abandoned(path_, *address);
}

std::string listening_at(int descriptor) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (storage.ss_family == AF_INET) {
        const auto& four = reinterpret_cast<const sockaddr_in&>(storage);
        ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
        return std::string(text.data()) + ":" + std::to_string(ntohs(four.sin_port));
    }
    if (storage.ss_family == AF_INET6) {
        const auto& six = reinterpret_cast<const sockaddr_in6&>(storage);
        ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
        return "[" + std::string(text.data()) + "]:" + std::to_string(ntohs(six.sin6_port));
    }
    return std::string(kUnix) + reinterpret_cast<const sockaddr_un&>(storage).sun_path;
}

std::vector<Activated> activated_sockets() {
    const int process = number_in(unset("LISTEN_PID"));
    const int count = std::min(number_in(unset("LISTEN_FDS")), kMostActivated);
    std::string names = unset("LISTEN_FDNAMES");
    std::vector<Activated> sockets;
    if (process != ::getpid()) return sockets;
    for (int i = 0; i < count; ++i) {
        const std::size_t colon = std::min(names.find(':'), names.size());
        std::string name = names.substr(0, colon);
        names.erase(0, colon + 1);
        Descriptor socket(kFirstActivated + i);
        ::fcntl(socket.number(), F_SETFD, FD_CLOEXEC);
        sockets.push_back({std::move(socket), name.empty() ? "unknown" : std::move(name)});
    }
    return sockets;
}

}  // namespace sparekey::sync
