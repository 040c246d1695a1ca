#include "cli/scan/program/locked_memory.h"

#include "core/secret/secret_bytes.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace sparekey::cli::scan {
namespace {

// Hyperscan's allocator is a plain function, so what it counts is one of the process.
std::atomic<std::size_t> unlocked{0};

/// Before each block: its size, in a line of the cache of its own.
constexpr std::size_t kHead = 64;

void raise_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_MEMLOCK, &limit);
}

bool limit_lets_all() {
#ifdef SPAREKEY_SANITIZED
    return false;  // a sanitizer maps terabytes
#endif
    rlimit limit{};
    return ::geteuid() == 0 ||
           (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY);
}

std::size_t whole_pages(std::size_t size) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return (size + page - 1) / page * page;
}

}  // namespace

EverythingLocked::EverythingLocked() {
    raise_limit();
    holds_ = limit_lets_all() && ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}

EverythingLocked::~EverythingLocked() {
    if (holds_) ::mlockall(MCL_CURRENT | MCL_ONFAULT);
}

void* allocate_locked(std::size_t size) {
    const std::size_t whole = whole_pages(size + kHead);
    void* const block =
        ::mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return nullptr;
    ::madvise(block, whole, MADV_DONTDUMP);
    if (::mlock(block, whole) != 0) unlocked += whole;
    *static_cast<std::size_t*>(block) = whole;
    return static_cast<std::uint8_t*>(block) + kHead;
}

void release_locked(void* block) {
    if (block == nullptr) return;
    auto* const begin = static_cast<std::uint8_t*>(block) - kHead;
    const std::size_t whole = *reinterpret_cast<const std::size_t*>(begin);
    core::wipe({begin, whole});
    ::munmap(begin, whole);
}

std::size_t unlocked_bytes() {
    return unlocked;
}

}  // namespace sparekey::cli::scan
