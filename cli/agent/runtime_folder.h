// Where the agent is met: a socket in $XDG_RUNTIME_DIR/sparekey, or /tmp/sparekey-UID without one.
//
// The folder is ours, 0700, and no link; the socket is ours and a socket. Anything else that lies
// there is refused with the reason and left alone (L-02).
#pragma once

#include "core/base/result.h"

#include <string>

namespace sparekey::cli::agent {

struct RuntimeFolder {
    std::string path;
    bool is_shared = false;  // in /tmp, where anybody may have made it first

    std::string socket() const { return path + "/agent.sock"; }
    std::string ssh_socket() const { return path + "/ssh-agent.sock"; }
    /// Held by the running agent for as long as it lives.
    std::string lock() const { return path + "/agent.lock"; }
    /// Of the process that stands by for one vault (cli/standby.h); `vault` is its folder,
    /// resolved.
    std::string standby_socket(const std::string& vault) const;
    /// Held by it.
    std::string standby_lock(const std::string& vault) const {
        return standby_socket(vault) + ".lock";
    }
};

/// By the environment; nothing is looked at.
RuntimeFolder runtime_folder();

/// Makes the folder if it is missing. ErrorCode::integrity if it, or what lies at the sockets'
/// places, is not ours.
core::Result<void> prepare(const RuntimeFolder& folder);

/// True if there is a socket to connect to, in a folder that nobody else can write.
/// ErrorCode::integrity as above; in /tmp, what is not ours is as if it were not there, or anybody
/// could keep this user from every command.
core::Result<bool> has_socket(const RuntimeFolder& folder);
/// The same of another one of the folder's sockets.
core::Result<bool> has_socket(const RuntimeFolder& folder, const std::string& path);

}  // namespace sparekey::cli::agent
