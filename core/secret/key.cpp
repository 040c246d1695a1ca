#include "core/secret/key.h"

#include "core/base/error.h"

#include <sodium.h>

#include <atomic>

namespace sparekey::core {
namespace {
std::atomic<bool> all_locked{true};
}

bool memory_is_locked() {
    return all_locked.load();
}

GuardedMemory::GuardedMemory(std::size_t size)
    : data_(static_cast<std::uint8_t*>(sodium_malloc(size))), size_(size) {
    if (data_ == nullptr) throw SystemFailure("no memory for a key");
    if (sodium_mlock(data_, size) != 0) all_locked = false;
    sodium_memzero(data_, size);
}

GuardedMemory::~GuardedMemory() {
    if (data_ != nullptr) sodium_free(data_);
}

}  // namespace sparekey::core
