// The memory that secrets lie in, kept from being written to a disk as far as the limit allows.
#pragma once

#include <cstddef>

namespace sparekey::cli::scan {

/// While it lives, all that this process allocates is locked, if its limit lets it (root, or an
/// unlimited RLIMIT_MEMLOCK). Then nothing else needs to be; else each LockedBlock is by itself.
class EverythingLocked {
  public:
    EverythingLocked();
    /// What is there by now stays locked; what comes later, such as files, is not.
    ~EverythingLocked();
    EverythingLocked(const EverythingLocked&) = delete;
    EverythingLocked& operator=(const EverythingLocked&) = delete;

    bool holds() const { return holds_; }

  private:
    bool holds_ = false;
};

/// Whole pages, locked if the limit allows; wiped when released. nullptr if there is no memory.
void* allocate_locked(std::size_t size);
void release_locked(void* block);

/// Bytes that allocate_locked() could not lock, so far.
std::size_t unlocked_bytes();

}  // namespace sparekey::cli::scan
