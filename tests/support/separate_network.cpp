#include "tests/support/separate_network.h"

#include "tests/support/loopback_server.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace sparekey::tests {

SeparateNetwork::SeparateNetwork() {
    // A thread may leave for a network of its own; the process stays where it is.
    std::thread([this] {
        if (::unshare(CLONE_NEWNET) != 0) {
            reason_ = std::string("no network of one's own: ") + std::strerror(errno);
            return;
        }
        network_ = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
        control_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    }).join();
    if (reason_.empty()) set(Link::up);
}

SeparateNetwork::~SeparateNetwork() {
    for (const int descriptor : {network_, control_}) {
        if (descriptor >= 0) ::close(descriptor);
    }
}

void SeparateNetwork::enter() const {
    if (::setns(network_, CLONE_NEWNET) != 0) ::_exit(126);
}

int SeparateNetwork::listen(int port) const {
    int listener = -1;
    std::thread([&] {
        if (::setns(network_, CLONE_NEWNET) == 0) listener = listening_socket(port);
    }).join();
    if (listener < 0) throw std::runtime_error("nothing listens in the separate network");
    return listener;
}

void SeparateNetwork::set(Link link) const {
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = static_cast<short>(link == Link::up ? IFF_UP | IFF_RUNNING : 0);
    if (::ioctl(control_, SIOCSIFFLAGS, &request) != 0) {
        throw std::runtime_error(std::string("the link stays as it is: ") + std::strerror(errno));
    }
}

}  // namespace sparekey::tests
