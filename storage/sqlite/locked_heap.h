// A heap for SQLite: regions that are locked once, as a whole, and blocks that are wiped when
// freed.
//
// Locking each block instead, as SQLCipher's cipher_memory_security does, is a system call or two
// for each of them, and two thirds of the time of a first sync (docs/decisions/0024).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace sparekey::storage {

class LockedHeap {
  public:
    struct Sizes {
        std::size_t locked_bytes = 0;
        std::size_t unlocked_bytes = 0;  // the limit, or the system, did not let them be locked
    };

    /// Locks at most `lockable_bytes`; what is allocated beyond that is not locked, only wiped.
    /// What is locked is used first.
    explicit LockedHeap(std::size_t lockable_bytes);
    ~LockedHeap();
    LockedHeap(const LockedHeap&) = delete;
    LockedHeap& operator=(const LockedHeap&) = delete;

    /// Aligned for any type; nullptr if the system has no memory. From any thread, as all others.
    void* allocate(std::size_t size);
    /// `block` is one of allocate().
    void release(void* block);
    /// At least the size that was asked for.
    std::size_t size_of(const void* block) const;

    /// For whoever has unlocked pages of a block, which others share.
    void lock_again();
    Sizes sizes() const;

  private:
    class Region;

    static constexpr std::size_t kStep = 16;  // between the sizes of spare blocks
    // So that a page of SQLite's is one, and what SQLite takes to divide a page among several.
    static constexpr std::size_t kLargestSpare = std::size_t{16} << 10;

    Region& region_of(const void* block) const;
    void* take_spare(std::size_t size);
    void* allocate_in_regions(std::size_t size, bool locked);
    void* allocate_in_new_region(std::size_t size);
    bool keep_spare(void* block, std::size_t size) noexcept;
    void give_back(void* block);
    void give_back_spares();

    mutable std::mutex mutex_;
    std::size_t lockable_bytes_;
    std::vector<std::unique_ptr<Region>> regions_;  // in order of address
    // Wiped blocks of a few steps each, at hand for the next of their size.
    std::array<std::vector<void*>, kLargestSpare / kStep + 1> spares_;
    std::size_t spare_bytes_ = 0;
};

}  // namespace sparekey::storage
