#include "cli/agent/socket.h"

#include "cli/agent/socket_path.h"
#include "core/base/mutant.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>

namespace sparekey::cli::agent {
namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point until) {
    if (until == Clock::time_point::max()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return left <= 0 ? 0 : static_cast<int>(std::min<long long>(left, INT_MAX));
}

/// A message of one part, with room for one descriptor.
struct Message {
    iovec part{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr header{};

    Message(void* data, std::size_t size) : part{data, size} {
        header.msg_iov = &part;
        header.msg_iovlen = 1;
    }
    void attach(int descriptor) {
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        cmsghdr* const place = CMSG_FIRSTHDR(&header);
        place->cmsg_level = SOL_SOCKET;
        place->cmsg_type = SCM_RIGHTS;
        place->cmsg_len = CMSG_LEN(sizeof descriptor);
        std::memcpy(CMSG_DATA(place), &descriptor, sizeof descriptor);
    }
};

}  // namespace

core::Result<storage::File> connect_to(const std::string& path,
                                       std::chrono::milliseconds patience) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const SocketPath place(path);
    if (place.text().size() >= sizeof address.sun_path) return storage::File();  // no such folder
    std::memcpy(address.sun_path, place.text().c_str(), place.text().size() + 1);
    storage::File file(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!file.is_open()) throw core::SystemFailure("cannot make a socket");
    if (patience.count() > 0) {
        const timeval time{patience.count() / 1000, patience.count() % 1000 * 1000};
        ::setsockopt(file.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    }
    for (;;) {
        if (::connect(file.descriptor(), reinterpret_cast<const sockaddr*>(&address),
                      sizeof address) == 0) {
            return file;
        }
        if (errno == EINTR) continue;
        if (errno == ECONNREFUSED || errno == ENOENT) return storage::File();
        return core::unexpected(core::ErrorCode::failed,
                                "cannot reach the agent: " + std::string(std::strerror(errno)),
                                "sparekey --no-agent does without");
    }
}

bool peer_is_us(int descriptor) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return SPAREKEY_LEFT_OUT("agent-peer") || peer.uid == ::geteuid();
}

bool end_when_gone(int descriptor) {
    ::signal(SIGIO, SIG_DFL);
    sigset_t unblocked;  // whatever it was started by
    sigemptyset(&unblocked);
    sigaddset(&unblocked, SIGIO);
    ::sigprocmask(SIG_UNBLOCK, &unblocked, nullptr);
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0 || ::fcntl(descriptor, F_SETOWN, ::getpid()) != 0 ||
        ::fcntl(descriptor, F_SETFL, flags | O_ASYNC) != 0) {
        return false;
    }
    pollfd gone_before{descriptor, 0, 0};
    return ::poll(&gone_before, 1, 0) == 0;
}

void end_no_more(int descriptor) {
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags >= 0) ::fcntl(descriptor, F_SETFL, flags & ~O_ASYNC);
}

bool send_with_descriptor(int socket, core::ByteView payload, int passed) {
    Message message(const_cast<std::uint8_t*>(payload.data()), payload.size());
    if (passed >= 0) message.attach(passed);
    ssize_t sent;
    do {
        sent = ::sendmsg(socket, &message.header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(payload.size());
}

ssize_t receive_with_descriptor(int socket, core::MutableBytes into, storage::File& passed) {
    Message message(into.data(), into.size());
    message.header.msg_control = message.control.data();
    message.header.msg_controllen = CMSG_LEN(sizeof(int));  // the kernel drops a second one
    ssize_t got;
    do {
        got = ::recvmsg(socket, &message.header, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) return got;
    for (cmsghdr* place = CMSG_FIRSTHDR(&message.header); place != nullptr;
         place = CMSG_NXTHDR(&message.header, place)) {
        if (place->cmsg_level != SOL_SOCKET || place->cmsg_type != SCM_RIGHTS) continue;
        int descriptor = -1;
        std::memcpy(&descriptor, CMSG_DATA(place), sizeof descriptor);
        passed = storage::File(descriptor);
    }
    return got;
}

core::Unexpected Socket::gone() {
    gone_ = true;
    return core::unexpected(core::ErrorCode::failed, "the agent went away",
                            "try again; sparekey --no-agent does without");
}

core::Result<void> Socket::send(core::ByteView frame, int passed) {
    core::SecretBytes whole(4 + frame.size());
    const core::MutableBytes bytes = whole.expose_mutable();
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[i] = static_cast<std::uint8_t>(frame.size() >> (8 * i));
    }
    std::copy(frame.begin(), frame.end(), bytes.begin() + 4);
    core::ByteView left = whole.expose();
    while (!left.empty()) {
        Message message(const_cast<std::uint8_t*>(left.data()), left.size());
        if (passed >= 0) message.attach(passed);
        const ssize_t sent = ::sendmsg(file_.descriptor(), &message.header, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return gone();
        passed = -1;
        left = left.subspan(static_cast<std::size_t>(sent));
    }
    return {};
}

core::Result<void> Socket::fill(core::MutableBytes into, Clock::time_point until,
                                storage::File* passed) {
    while (!into.empty()) {
        pollfd ready{file_.descriptor(), POLLIN, 0};
        const int wait = milliseconds_until(until);
        if (wait >= 0) {
            const int polled = ::poll(&ready, 1, wait);
            if (polled < 0 && errno == EINTR) continue;
            if (polled <= 0) {
                return core::unexpected(core::ErrorCode::failed, "the agent does not answer",
                                        "sparekey --no-agent does without");
            }
        }
        storage::File came;
        const ssize_t got = receive_with_descriptor(file_.descriptor(), into, came);
        if (got <= 0) return gone();
        if (came.is_open() && passed != nullptr) *passed = std::move(came);
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

core::Result<core::SecretBytes> Socket::receive(std::size_t longest,
                                                std::chrono::milliseconds patience,
                                                storage::File* passed) {
    const auto until = patience == std::chrono::milliseconds::max() ? Clock::time_point::max()
                                                                    : Clock::now() + patience;
    std::array<std::uint8_t, 4> length{};
    SPAREKEY_CHECK(fill(length, until, passed));
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size |= std::size_t{length[i]} << (8 * i);
    if (size > longest) {
        return core::unexpected(core::ErrorCode::failed, "the agent answers nonsense",
                                "sparekey --no-agent does without");
    }
    core::SecretBytes bytes(size);
    SPAREKEY_CHECK(fill(bytes.expose_mutable(), until, nullptr));
    return bytes;
}

}  // namespace sparekey::cli::agent
