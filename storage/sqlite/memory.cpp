#include "storage/sqlite/memory.h"

#include "core/base/error.h"
#include "core/secret/secret_bytes.h"

#include <malloc.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <limits>

namespace sparekey::storage {
namespace {

/// Half of what this process may lock: the rest is for keys, which are few, and come first.
std::size_t share_of_the_limit() {
    rlimit limit{};
    if (::geteuid() == 0 || ::getrlimit(RLIMIT_MEMLOCK, &limit) != 0 ||
        limit.rlim_cur == RLIM_INFINITY) {
        return std::numeric_limits<std::size_t>::max();
    }
    return limit.rlim_cur / 2;
}

/// Never destroyed: connections may outlive every other object.
LockedHeap& heap() {
    static LockedHeap& heap = *new LockedHeap(share_of_the_limit());
    return heap;
}

#ifdef SPAREKEY_SANITIZED
// The sanitizer knows the ends of its own blocks only, and what was freed.
void* take(std::size_t size) {
    return std::malloc(size);
}
std::size_t size_of(void* block) {
    return ::malloc_usable_size(block);
}
void give_back(void* block) {
    core::wipe({static_cast<std::uint8_t*>(block), size_of(block)});
    std::free(block);
}
#else
void* take(std::size_t size) {
    return heap().allocate(size);
}
std::size_t size_of(void* block) {
    return heap().size_of(block);
}
void give_back(void* block) {
    heap().release(block);
}
#endif

// The functions of sqlite3_mem_methods. SQLite asks for more than 0 and less than 2^31 bytes.

void* allocate_block(int size) {
    return take(static_cast<std::size_t>(size));
}

void release_block(void* block) {
    if (block != nullptr) give_back(block);
}

int size_of_block(void* block) {
    return block == nullptr ? 0 : static_cast<int>(size_of(block));
}

void* resize_block(void* block, int size) {
    const std::size_t held = size_of(block);
    const auto wanted = static_cast<std::size_t>(size);
    if (wanted <= held) return block;
    void* const larger = take(wanted);
    if (larger == nullptr) return nullptr;
    std::memcpy(larger, block, held);
    give_back(block);
    return larger;
}

int rounded_up(int size) {
    return (size + 7) & ~7;
}

int start(void*) {
    return SQLITE_OK;
}
void end(void*) {}

void configure() {
    static const sqlite3_mem_methods kMethods{
        allocate_block, release_block, resize_block, size_of_block,
        rounded_up,     start,         end,          nullptr};
    // Counting what it uses costs SQLite a mutex and a size for each block, and nobody asks.
    const bool is_set_up = sqlite3_config(SQLITE_CONFIG_MALLOC, &kMethods) == SQLITE_OK &&
                           sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
    if (!is_set_up) {
        throw core::SystemFailure("SQLite was used before its memory was set up");
    }
}

}  // namespace

void use_locked_heap() {
    static const bool kConfigured = (configure(), true);
    static_cast<void>(kConfigured);
}

void lock_heap_again() {
    heap().lock_again();
}

LockedHeap::Sizes heap_sizes() {
    return heap().sizes();
}

}  // namespace sparekey::storage
