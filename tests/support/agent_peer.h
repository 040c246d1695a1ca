// Somebody who speaks with the agent's socket byte by byte, as no command of ours would.
#pragma once

#include "core/base/bytes.h"
#include "core/secret/secret_bytes.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace sparekey::tests {

class AgentPeer {
  public:
    /// Connects; connected() is false if nobody listens.
    explicit AgentPeer(const std::string& socket);
    ~AgentPeer();
    AgentPeer(AgentPeer&& other) noexcept;
    AgentPeer& operator=(AgentPeer&&) = delete;

    bool connected() const { return descriptor_ >= 0; }
    /// The process that listens.
    pid_t process() const;
    /// False once the other side is gone.
    bool send(core::ByteView bytes);
    bool send_frame(core::ByteView bytes);
    /// What comes within `milliseconds`, until the other side closes; at most `most` bytes.
    std::string receive(int milliseconds, std::size_t most = std::size_t{1} << 20);
    /// The other side closed within `milliseconds`.
    bool is_closed(int milliseconds);

  private:
    int descriptor_ = -1;
};

/// Resident memory of a process, in KiB; 0 if there is none.
long resident_kib(pid_t process);
/// Processes whose parent is `process` and whose command line has `argument`.
std::vector<pid_t> children_of(pid_t process, const std::string& argument);
/// A child that has ended and that nobody has waited for.
bool has_unburied_child(pid_t process);
/// The agent's workers, one a vault that is unlocked.
std::vector<pid_t> workers_of(pid_t agent);

}  // namespace sparekey::tests
