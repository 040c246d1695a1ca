// A small file system of its own under a home, which can be filled up or made read-only. Lives in
// a mount namespace of the test process; nothing outside sees it.
#pragma once

#include "tests/support/program.h"

#include <cstddef>
#include <string>

namespace sparekey::tests {

class SmallDisk {
  public:
    /// Mounts an empty one of `bytes` over the home's folder and puts its password file there anew.
    SmallDisk(const Home& home, std::size_t bytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    /// Why this machine has none; empty if it has.
    const std::string& reason() const { return reason_; }
    /// Fills it up until `bytes` (a multiple of 4096) are left.
    void leave(std::size_t bytes);
    void make_room();
    void make_read_only();

  private:
    std::string path_;
    std::string reason_;
};

}  // namespace sparekey::tests
