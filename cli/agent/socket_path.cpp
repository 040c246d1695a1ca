#include "cli/agent/socket_path.h"

#include <fcntl.h>
#include <sys/un.h>

namespace sparekey::cli::agent {

SocketPath::SocketPath(const std::string& path) : text_(path) {
    if (path.size() < sizeof(sockaddr_un::sun_path)) return;
    const auto name = path.rfind('/');
    folder_ = storage::File(::open(path.substr(0, name).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!folder_.is_open()) return;
    text_ = "/proc/self/fd/" + std::to_string(folder_.descriptor()) + path.substr(name);
}

}  // namespace sparekey::cli::agent
