// Key<Tag>: 32 secret bytes in guarded, locked memory, with a meaning that the compiler checks.
//
// Born in that memory (random(), from_bytes(), or a derivation that writes into it), move-only,
// never printed. sodium_malloc ignores a failed mlock, so the lock is asked for again and its
// answer kept: memory_is_locked() says whether every key so far lies in locked memory.
#pragma once

#include "core/base/bytes.h"
#include "core/ports/random.h"

#include <cstddef>
#include <cstring>
#include <utility>

namespace sparekey::core {

/// False once any key's memory could not be locked (RLIMIT_MEMLOCK); `doctor` tells.
bool memory_is_locked();

/// Where the memory of keys comes from, instead of libsodium's guarded pages.
class KeyMemory {
  public:
    virtual ~KeyMemory() = default;
    /// `size` zero bytes that are never written to disk; nothing if there is none.
    virtual std::uint8_t* allocate(std::size_t size) = 0;
    /// Wipes, and gives back.
    virtual void release(std::uint8_t* data, std::size_t size) = 0;
};
/// For keys made from now on, as far as it has memory; it has to outlive them. Called at the start
/// of a process, by its only thread.
void keep_keys_in(KeyMemory& memory);

/// One guarded allocation of `size` bytes: the memory behind every Key.
class GuardedMemory {
  public:
    explicit GuardedMemory(std::size_t size);
    ~GuardedMemory();
    GuardedMemory(GuardedMemory&& other) noexcept
        : source_(other.source_),
          data_(std::exchange(other.data_, nullptr)),
          size_(std::exchange(other.size_, 0)) {}
    GuardedMemory& operator=(GuardedMemory&& other) noexcept {
        std::swap(source_, other.source_);
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    GuardedMemory(const GuardedMemory&) = delete;
    GuardedMemory& operator=(const GuardedMemory&) = delete;

    ByteView expose() const { return {data_, size_}; }
    MutableBytes expose_mutable() { return {data_, size_}; }

  private:
    KeyMemory* source_ = nullptr;  // none: libsodium
    std::uint8_t* data_ = nullptr;
    std::size_t size_;
};

template <class Tag>
class Key {
  public:
    static constexpr std::size_t kSize = 32;

    /// All zero, to be filled through expose_mutable() at once.
    Key() : memory_(kSize) {}
    static Key random(Random& source) {
        Key key;
        source.fill(key.expose_mutable());
        return key;
    }
    static Key from_bytes(std::span<const std::uint8_t, kSize> bytes) {
        Key key;
        std::memcpy(key.expose_mutable().data(), bytes.data(), kSize);
        return key;
    }

    std::span<const std::uint8_t, kSize> expose() const {
        return std::span<const std::uint8_t, kSize>(memory_.expose().data(), kSize);
    }
    std::span<std::uint8_t, kSize> expose_mutable() {
        return std::span<std::uint8_t, kSize>(memory_.expose_mutable().data(), kSize);
    }
    Key clone() const { return from_bytes(expose()); }

  private:
    GuardedMemory memory_;
};

}  // namespace sparekey::core
