#include "core/secret/key.h"

#include "core/base/error.h"

#include <sodium.h>

#include <atomic>

namespace sparekey::core {
namespace {
std::atomic<bool> all_locked{true};
std::atomic<KeyMemory*> key_memory{nullptr};
}  // namespace

bool memory_is_locked() {
    return all_locked.load();
}

void keep_keys_in(KeyMemory& memory) {
    key_memory = &memory;
}

GuardedMemory::GuardedMemory(std::size_t size) : source_(key_memory.load()), size_(size) {
    if (source_ != nullptr) data_ = source_->allocate(size);
    if (data_ != nullptr) return;
    source_ = nullptr;
    data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (data_ == nullptr) throw SystemFailure("no memory for a key");
    if (sodium_mlock(data_, size) != 0) all_locked = false;
    sodium_memzero(data_, size);
}

GuardedMemory::~GuardedMemory() {
    if (data_ == nullptr) return;
    if (source_ != nullptr) {
        source_->release(data_, size_);
    } else {
        sodium_free(data_);
    }
}

}  // namespace sparekey::core
