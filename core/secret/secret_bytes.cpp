#include "core/secret/secret_bytes.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace sparekey::core {

SecretBytes::SecretBytes(std::size_t size)
    : data_(size == 0 ? nullptr : new std::uint8_t[size]()), size_(size), capacity_(size) {}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
    SecretBytes copy;
    if (bytes.empty()) return copy;
    copy.data_ = new std::uint8_t[bytes.size()];
    copy.size_ = copy.capacity_ = bytes.size();
    std::memcpy(copy.data_, bytes.data(), bytes.size());
    return copy;
}

SecretBytes::~SecretBytes() {
    if (data_ == nullptr) return;
    sodium_memzero(data_, capacity_);
    delete[] data_;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    SecretBytes taken(std::move(other));
    std::swap(data_, taken.data_);
    std::swap(size_, taken.size_);
    std::swap(capacity_, taken.capacity_);
    return *this;
}

void SecretBytes::truncate(std::size_t size) {
    if (size >= size_) return;
    sodium_memzero(data_ + size, size_ - size);
    size_ = size;
}

void SecretBuilder::append(ByteView bytes) {
    if (bytes.empty()) return;
    if (block_.size() - used_ < bytes.size()) {
        SecretBytes larger(std::max(block_.size() * 2, used_ + bytes.size() + 64));
        if (used_ > 0) std::memcpy(larger.expose_mutable().data(), block_.expose().data(), used_);
        block_ = std::move(larger);
    }
    std::memcpy(block_.expose_mutable().data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
}

SecretBytes SecretBuilder::take() && {
    block_.truncate(used_);
    used_ = 0;
    return std::move(block_);
}

bool equal_constant_time(ByteView left, ByteView right) {
    return left.size() == right.size() &&
           (left.empty() || sodium_memcmp(left.data(), right.data(), left.size()) == 0);
}

void wipe(MutableBytes bytes) {
    if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

}  // namespace sparekey::core
