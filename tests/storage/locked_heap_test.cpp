// SQLite's heap: blocks that do not overlap, wiped when freed, in regions that stay locked.
#include "storage/sqlite/locked_heap.h"

#include "storage/sqlite/memory.h"
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>
#include <vector>

namespace sparekey::storage {
namespace {

constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kMib = std::size_t{1} << 20;

struct Block {
    std::uint8_t* data;
    std::size_t size;
    std::uint8_t content;
};

/// No data if there is no memory.
Block filled_block(LockedHeap& heap, std::size_t size, std::uint8_t content) {
    auto* const data = static_cast<std::uint8_t*>(heap.allocate(size));
    if (data != nullptr) std::memset(data, content, heap.size_of(data));
    return {data, size, content};
}

bool is_whole(const LockedHeap& heap, const Block& block) {
    const auto holds = [&block](std::uint8_t byte) { return byte == block.content; };
    return std::all_of(block.data, block.data + heap.size_of(block.data), holds);
}

/// Bytes that the system has locked of the mappings that these `size` bytes lie in.
std::size_t locked_bytes_around(const void* address, std::size_t size) {
    const auto begin = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream maps("/proc/self/smaps");
    std::size_t locked = 0;
    bool within = false;
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words(line);
        std::uintptr_t from = 0;
        std::uintptr_t to = 0;
        char dash = 0;
        if (words >> std::hex >> from >> dash >> to && dash == '-') {
            within = from < begin + size && begin < to;
        } else if (within && line.starts_with("Locked:")) {
            std::istringstream number(line.substr(7));
            std::size_t kib = 0;
            number >> kib;
            locked += kib << 10;
        }
    }
    return locked;
}

/// What is wrong with a block that was just allocated; empty if nothing is.
std::string complaint_about(const LockedHeap& heap, const Block& block) {
    if (block.data == nullptr) return "there is no memory";
    const auto at = reinterpret_cast<std::uintptr_t>(block.data);
    if (at % alignof(std::max_align_t) != 0) return "a block is not aligned";
    return heap.size_of(block.data) >= block.size ? "" : "a block is too small";
}

/// Blocks of many sizes come and go; what was wrong with one of them. Several threads may do it,
/// so nothing is asserted here.
std::string complaint_after(LockedHeap& heap, std::size_t steps, std::uint64_t seed) {
    tests::SeededRandom random(seed);
    std::vector<Block> blocks;
    for (std::size_t step = 0; step < steps; ++step) {
        if (blocks.empty() || random.below(5) < 3) {
            const std::size_t bound = random.below(50) == 0 ? 2 * kMib : std::size_t{1} << 13;
            blocks.push_back(filled_block(heap, 1 + random.below(bound),
                                          static_cast<std::uint8_t>(random.below(256))));
            if (auto complaint = complaint_about(heap, blocks.back()); !complaint.empty()) {
                return complaint;
            }
        } else {
            std::swap(blocks[random.below(blocks.size())], blocks.back());
            if (!is_whole(heap, blocks.back())) return "a block was written to";
            heap.release(blocks.back().data);
            blocks.pop_back();
        }
    }
    for (const Block& block : blocks) {
        if (!is_whole(heap, block)) return "a block was written to";
        heap.release(block.data);
    }
    return {};
}

TEST_CASE("blocks of SQLite's heap never overlap, and what is free is given back") {
    LockedHeap heap(kUnbounded);
    CHECK(complaint_after(heap, tests::count(20'000), tests::seed()) == "");
    heap.release(heap.allocate(kMib));
    const auto [locked, unlocked] = heap.sizes();
    // One empty region is kept, of the largest step.
    CHECK(locked + unlocked <= 16 * kMib);
}

TEST_CASE("the next block of a size is the one that was freed") {
    for (std::size_t size = 8; size <= std::size_t{16} << 10; size += 8) {
        LockedHeap heap(kUnbounded);
        void* const freed = heap.allocate(size);
        void* const behind = heap.allocate(size);
        heap.release(freed);
        void* const next = heap.allocate(size);
        CHECK(next == freed);
        heap.release(next);
        heap.release(behind);
    }
}

TEST_CASE("SQLite's heap serves several threads") {
    LockedHeap heap(kUnbounded);
    const std::uint64_t start = tests::seed();
    const std::size_t steps = tests::count(5'000);
    std::array<std::string, 4> complaints;
    {
        std::vector<std::jthread> threads;
        for (std::size_t one = 0; one < complaints.size(); ++one) {
            threads.emplace_back(
                [&, one] { complaints[one] = complaint_after(heap, steps, start + one); });
        }
    }
    for (const std::string& complaint : complaints) CHECK(complaint == "");
}

TEST_CASE("what SQLite frees is wiped", "[mutant:unwiped-block]") {
    LockedHeap heap(kUnbounded);
    const std::string secret = "correct horse battery staple";
    // Its neighbours stay, so that the region does.
    const Block before = filled_block(heap, 100, 1);
    const Block block = filled_block(heap, 1000, 0);
    const Block after = filled_block(heap, 100, 2);
    for (std::size_t at = 0; at + secret.size() <= 1000; at += 100) {
        std::memcpy(block.data + at, secret.data(), secret.size());
    }
    heap.release(block.data);
    const std::string_view left(reinterpret_cast<const char*>(block.data), 1000);
    CHECK(left.find("horse") == std::string_view::npos);
    CHECK(is_whole(heap, before));
    CHECK(is_whole(heap, after));
    heap.release(before.data);
    heap.release(after.data);
}

TEST_CASE("SQLite's heap leaves memory that may be locked to others",
          "[mutant:share-of-the-limit]") {
    LockedHeap heap(4 * kMib);
    std::vector<Block> blocks;
    for (int one = 0; one < 10; ++one) blocks.push_back(filled_block(heap, kMib, 7));
    const auto [locked, unlocked] = heap.sizes();
    CHECK(locked <= 4 * kMib);
    CHECK(locked + unlocked >= 10 * kMib);
    for (const Block& block : blocks) heap.release(block.data);
}

TEST_CASE("what can be locked is used before what cannot") {
    LockedHeap heap(2 * kMib + kMib / 2);
    std::vector<Block> blocks;
    for (int one = 0; one < 64; ++one) blocks.push_back(filled_block(heap, kMib / 4, 7));
    const auto [locked, unlocked] = heap.sizes();
    if (locked == 0) SKIP("this process may lock no memory");
    CHECK(locked > 2 * kMib);
    CHECK(unlocked > 10 * kMib);
    for (const Block& block : blocks) heap.release(block.data);
    // Empty: what is kept of it is locked, and so is what comes next.
    CHECK(heap.sizes().unlocked_bytes == 0);
    const Block next = filled_block(heap, 1000, 7);
    CHECK(heap.sizes().unlocked_bytes == 0);
    CHECK(heap.sizes().locked_bytes <= 2 * kMib + kMib / 2);
    heap.release(next.data);
}

TEST_CASE("a small limit is used up") {
    LockedHeap heap(kMib / 4);
    const Block block = filled_block(heap, 1000, 7);
    const auto [locked, unlocked] = heap.sizes();
    if (locked == 0) SKIP("this process may lock no memory");
    CHECK(locked == kMib / 4);
    CHECK(unlocked == 0);
    heap.release(block.data);
}

TEST_CASE("SQLite's heap says how much of it is locked, as the system does") {
    LockedHeap heap(kUnbounded);
    const Block block = filled_block(heap, 3 * kMib, 7);
    const auto [locked, unlocked] = heap.sizes();
    REQUIRE(locked + unlocked >= block.size);
    if (locked == 0) {
        CHECK(locked_bytes_around(block.data, block.size) == 0);
        heap.release(block.data);
        SKIP("this process may lock no memory");
    }
    // Of a mapping beside it the system may have made one with it.
    const std::size_t all = locked_bytes_around(block.data, block.size);
    CHECK(all >= block.size);

    // A sanitizer makes munlock() do nothing.
    REQUIRE(::syscall(SYS_munlock, block.data + kMib, kMib) == 0);
    REQUIRE(locked_bytes_around(block.data, block.size) < all);
    heap.lock_again();
    CHECK(locked_bytes_around(block.data, block.size) == all);
    heap.release(block.data);
}

TEST_CASE("what SQLCipher unlocks with its keys is locked again") {
#ifdef SPAREKEY_SANITIZED
    SKIP("a sanitized build has SQLite's blocks on the ordinary heap, where it sees their ends");
#endif
    const tests::FolderOnDisk disk;
    for (int time = 0; time < 3; ++time) REQUIRE(disk.open());
    // No key is held any more, whose memory would be counted too.
    const auto [locked, unlocked] = heap_sizes();
    REQUIRE(locked + unlocked > 0);
    if (locked == 0) SKIP("this process may lock no memory");
    std::ifstream status("/proc/self/status");
    std::size_t kib = 0;
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmLck:")) kib = std::stoul(line.substr(6));
    }
    CHECK(kib << 10 >= locked);
}

}  // namespace
}  // namespace sparekey::storage
