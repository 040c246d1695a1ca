// sparekey-scan, from the side of the command: what it is told and what it answers.
#pragma once

#include "cli/agent/process.h"
#include "cli/agent/socket.h"
#include "cli/scan/messages.h"

namespace sparekey::cli::scan {

class ScanProcess {
  public:
    /// Started, and told the order. ErrorCode::failed if it is missing.
    static core::Result<ScanProcess> start(const ScanOrder& order);
    ~ScanProcess();
    ScanProcess(ScanProcess&& other) noexcept;
    ScanProcess& operator=(ScanProcess&&) = delete;

    /// Some more secrets. ErrorCode::failed if the process is gone.
    core::Result<void> send(const ScanSecrets& secrets);
    /// There are no more: what it found.
    core::Result<ScanReport> report();
    /// What it answered to an order that needs no secret.
    core::Result<ScanReport> answer();

  private:
    ScanProcess(pid_t process, agent::Socket channel)
        : process_(process), channel_(std::move(channel)) {}

    pid_t process_;
    agent::Socket channel_;
};

}  // namespace sparekey::cli::scan
