// Key memory that even the kernel does not map: memfd_secret(2), from Linux 5.14 on where it is
// switched on. Locked by nature, between guard pages, invisible to ptrace and /proc/PID/mem.
#pragma once

#include "core/secret/key.h"

namespace sparekey::cli::agent {

class SecretMemory final : public core::KeyMemory {
  public:
    /// Whether this kernel has such memory.
    static bool is_available();

    std::uint8_t* allocate(std::size_t size) override;
    void release(std::uint8_t* data, std::size_t size) override;
};

}  // namespace sparekey::cli::agent
