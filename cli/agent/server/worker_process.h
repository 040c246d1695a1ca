// A worker as the agent sees it: a process with a vault's folder and a control socket.
#pragma once

#include "cli/agent/message_codec.h"
#include "storage/folder/opened_folder.h"

#include <sys/types.h>

#include <string>

namespace sparekey::cli::agent {

class WorkerProcess {
  public:
    /// Throws core::SystemFailure.
    static WorkerProcess start(const storage::FolderPaths& paths);
    ~WorkerProcess();
    WorkerProcess(WorkerProcess&& other) noexcept;
    WorkerProcess& operator=(WorkerProcess&&) = delete;

    pid_t process() const { return process_; }
    const std::string& vault() const { return vault_; }
    /// False once it has closed its end, as one that crashed has, before the kernel reports it.
    bool is_alive();
    /// Its vault is open: what the worker said by now.
    bool is_open();
    /// False if the worker is gone.
    bool hand_over(const storage::File& connection, const HandOver& order);
    /// Asks it to end, and does not wait.
    void ask_to_end();
    /// Ends it, by force after a while, and returns when it is gone.
    void end();
    /// It has ended by itself.
    void forget() { process_ = -1; }

  private:
    WorkerProcess(pid_t process, storage::File control, std::string vault)
        : process_(process), control_(std::move(control)), vault_(std::move(vault)) {}

    pid_t process_;
    storage::File control_;
    std::string vault_;
    bool open_ = false;
};

}  // namespace sparekey::cli::agent
