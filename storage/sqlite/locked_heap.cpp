#include "storage/sqlite/locked_heap.h"

#include "core/base/mutant.h"
#include "core/secret/secret_bytes.h"

#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>
#include <sys/mman.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <new>

namespace sparekey::storage {
namespace {

namespace interprocess = boost::interprocess;

/// The mutex is the heap's own.
using Blocks =
    interprocess::rbtree_best_fit<interprocess::null_mutex_family, interprocess::offset_ptr<void>>;

constexpr std::size_t kPage = 4096;
constexpr std::size_t kLeastRegion = std::size_t{1} << 20;
constexpr std::size_t kLargestStep = std::size_t{16} << 20;
constexpr std::size_t kLeastLocked = std::size_t{64} << 10;

/// Then the spare blocks go back to where they join their neighbours.
constexpr std::size_t kMostSpareBytes = std::size_t{256} << 10;

/// A region's block is so much larger than asked for where the rest would be too small for one.
constexpr std::size_t kStepsTooLarge = 2;

/// What a region needs beside the blocks: its own head and, of a block, head and alignment.
constexpr std::size_t kOverhead = kPage;

}  // namespace

class LockedHeap::Region {
  public:
    /// Throws std::bad_alloc.
    Region(std::size_t size, bool lock) : size_(size), is_to_be_locked_(lock) {
        begin_ = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (begin_ == MAP_FAILED) throw std::bad_alloc();
        ::madvise(begin_, size, MADV_DONTDUMP);
        lock_again();
        blocks_ = new (begin_) Blocks(size, 0);
    }
    /// The blocks that are left, of a heap that ends, are wiped too.
    ~Region() {
        if (!is_empty()) core::wipe({static_cast<std::uint8_t*>(begin_), size_});
        ::munmap(begin_, size_);
    }
    Region(const Region&) = delete;
    Region& operator=(const Region&) = delete;

    Blocks& blocks() { return *blocks_; }
    const void* begin() const { return begin_; }
    std::size_t size() const { return size_; }
    bool is_to_be_locked() const { return is_to_be_locked_; }
    bool is_locked() const { return locked_; }
    bool is_empty() const { return blocks_->all_memory_deallocated(); }
    /// A page is locked as soon as it is there, and is there when it is first written.
    void lock_again() { locked_ = is_to_be_locked_ && ::mlock2(begin_, size_, MLOCK_ONFAULT) == 0; }

  private:
    void* begin_;
    std::size_t size_;
    bool is_to_be_locked_;
    bool locked_ = false;
    Blocks* blocks_;
};

LockedHeap::LockedHeap(std::size_t lockable_bytes) : lockable_bytes_(lockable_bytes) {}

LockedHeap::~LockedHeap() = default;

void* LockedHeap::allocate(std::size_t wanted) {
    if (wanted > std::numeric_limits<std::size_t>::max() / 2) return nullptr;
    // Whole steps, so that the block will be a spare one for the same size again.
    const std::size_t size = (wanted + kStep - 1) / kStep * kStep;
    const std::lock_guard guard(mutex_);
    if (void* const block = take_spare(size)) return block;
    for (const bool locked : {true, false}) {
        if (void* const block = allocate_in_regions(size, locked)) return block;
    }
    return allocate_in_new_region(size);
}

void* LockedHeap::take_spare(std::size_t size) {
    const auto first = size / kStep;
    for (auto step = first; step <= first + kStepsTooLarge && step < spares_.size(); ++step) {
        std::vector<void*>& spares = spares_[step];
        if (spares.empty()) continue;
        void* const block = spares.back();
        spares.pop_back();
        spare_bytes_ -= region_of(block).blocks().size(block);
        return block;
    }
    return nullptr;
}

void* LockedHeap::allocate_in_regions(std::size_t size, bool locked) {
    for (const auto& region : regions_) {
        if (region->is_locked() != locked) continue;
        if (void* const block = region->blocks().allocate(size)) return block;
    }
    return nullptr;
}

/// As large as all before, so that there are few of them whatever is asked for; smaller if it can
/// be locked then.
void* LockedHeap::allocate_in_new_region(std::size_t size) {
    std::size_t present = 0;
    std::size_t lockable = lockable_bytes_;
    for (const auto& region : regions_) {
        present += region->size();
        if (region->is_to_be_locked()) lockable -= std::min(lockable, region->size());
    }
    const std::size_t whole = (size + kOverhead + kPage - 1) / kPage * kPage;
    std::size_t wanted = std::max(whole, std::clamp(present, kLeastRegion, kLargestStep));
    if (whole <= lockable && kLeastLocked <= lockable) {
        wanted = std::min(wanted, lockable / kPage * kPage);
    }
    const bool may_lock = SPAREKEY_LEFT_OUT("share-of-the-limit") || wanted <= lockable;
    try {
        auto region = std::make_unique<Region>(wanted, may_lock);
        void* const block = region->blocks().allocate(size);
        const auto after = std::ranges::upper_bound(regions_, region->begin(), std::less<>(),
                                                    [](const auto& one) { return one->begin(); });
        regions_.insert(after, std::move(region));
        return block;
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

LockedHeap::Region& LockedHeap::region_of(const void* block) const {
    const auto after = std::ranges::upper_bound(regions_, block, std::less<>(),
                                                [](const auto& one) { return one->begin(); });
    return **std::prev(after);
}

void LockedHeap::release(void* block) {
    const std::lock_guard guard(mutex_);
    const std::size_t size = region_of(block).blocks().size(block);
    if (!SPAREKEY_LEFT_OUT("unwiped-block")) {
        core::wipe({static_cast<std::uint8_t*>(block), size});
    }
    if (size / kStep < spares_.size() && keep_spare(block, size)) return;
    // Whatever needed much is over: its regions may be empty but for spare blocks.
    give_back_spares();
    give_back(block);
}

/// False if there are enough of them.
bool LockedHeap::keep_spare(void* block, std::size_t size) noexcept try {
    if (spare_bytes_ + size > kMostSpareBytes) return false;
    spares_[size / kStep].push_back(block);
    spare_bytes_ += size;
    return true;
} catch (const std::bad_alloc&) {
    return false;
}

void LockedHeap::give_back_spares() {
    for (std::vector<void*>& spares : spares_) {
        for (void* const block : spares) give_back(block);
        spares.clear();
    }
    spare_bytes_ = 0;
}

/// One empty region is kept for what comes next, a locked one rather than another.
void LockedHeap::give_back(void* block) {
    Region& region = region_of(block);
    region.blocks().deallocate(block);
    if (!region.is_empty()) return;
    const auto is_empty = [](const auto& one) { return one->is_empty(); };
    if (std::ranges::count_if(regions_, is_empty) < 2) return;
    const auto goes = std::ranges::find_if(
        regions_, [](const auto& one) { return one->is_empty() && !one->is_locked(); });
    const auto any = std::ranges::find_if(regions_, is_empty);
    regions_.erase(goes != regions_.end() ? goes : any);
}

std::size_t LockedHeap::size_of(const void* block) const {
    const std::lock_guard guard(mutex_);
    return region_of(block).blocks().size(block);
}

void LockedHeap::lock_again() {
    const std::lock_guard guard(mutex_);
    for (const auto& region : regions_) region->lock_again();
}

LockedHeap::Sizes LockedHeap::sizes() const {
    const std::lock_guard guard(mutex_);
    Sizes sizes;
    for (const auto& region : regions_) {
        (region->is_locked() ? sizes.locked_bytes : sizes.unlocked_bytes) += region->size();
    }
    return sizes;
}

}  // namespace sparekey::storage
