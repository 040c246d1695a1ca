#include "cli/agent/launch.h"

#include "cli/agent/detached.h"
#include "cli/libexec.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sparekey::cli::agent {
namespace {

constexpr int kReady = kKept;       // the descriptor that the agent closes when it serves
constexpr int kPatience_ms = 5000;  // for it to do so

core::Unexpected cannot_start(const std::string& why) {
    return core::unexpected(core::ErrorCode::failed, "the agent cannot be started: " + why,
                            "sparekey --no-agent does without");
}

}  // namespace

core::Result<void> start_agent(const RuntimeFolder& folder) {
    SPAREKEY_CHECK(prepare(folder));
    const std::string program = helper_path("sparekey-agent");
    if (::access(program.c_str(), X_OK) != 0) {
        return cannot_start(program + " is missing; reinstall sparekey");
    }
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return cannot_start(std::strerror(errno));
    const storage::File reading(ends[0]);
    storage::File writing(ends[1]);
    if (!start_detached(program, {"sparekey-agent", "--serve", folder.path},
                        writing.descriptor())) {
        return cannot_start(std::strerror(errno));
    }
    writing = storage::File();
    pollfd closed{reading.descriptor(), POLLIN, 0};
    int polled;
    do {
        polled = ::poll(&closed, 1, kPatience_ms);
    } while (polled < 0 && errno == EINTR);
    // Ended or serving: whether it can be connected to, connecting shows.
    return polled > 0 ? core::Result<void>() : cannot_start("it does not answer");
}

core::Result<void> become_agent(const RuntimeFolder& folder) {
    SPAREKEY_CHECK(prepare(folder));
    // What the agent closes as its sign of readiness must not be somebody's descriptor.
    ::close(kReady);
    const std::string program = helper_path("sparekey-agent");
    ::execl(program.c_str(), "sparekey-agent", "--serve", folder.path.c_str(), nullptr);
    return cannot_start(std::strerror(errno));
}

}  // namespace sparekey::cli::agent
