// SecretBytes and SecretText: the owners of secrets whose size is known only at run time.
//
// Move-only, wiped when they end, never printed: there is no operator<<, no begin()/end() and no
// operator==. The one way to the content is expose(), a word that a reviewer can grep for. A value
// is born at its final size, so no reallocation leaves a copy behind. Keys of 32 bytes are
// Key<Tag>.
#pragma once

#include "core/base/bytes.h"

#include <cstddef>
#include <string_view>

namespace sparekey::core {

class SecretBytes {
  public:
    SecretBytes() = default;
    /// `size` zero bytes, to be filled through expose_mutable().
    explicit SecretBytes(std::size_t size);
    static SecretBytes copy_of(ByteView bytes);
    ~SecretBytes();
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;

    ByteView expose() const { return {data_, size_}; }
    MutableBytes expose_mutable() { return {data_, size_}; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    SecretBytes clone() const { return copy_of(expose()); }
    /// Forgets (and wipes) everything from `size` on; `size` is at most size().
    void truncate(std::size_t size);

  private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// UTF-8 text with the same guarantees.
class SecretText {
  public:
    SecretText() = default;
    explicit SecretText(SecretBytes bytes) : bytes_(std::move(bytes)) {}
    static SecretText copy_of(std::string_view text) {
        return SecretText(SecretBytes::copy_of(bytes_of(text)));
    }

    std::string_view expose() const { return text_of(bytes_.expose()); }
    std::size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }
    SecretText clone() const { return SecretText(bytes_.clone()); }

  private:
    SecretBytes bytes_;
};

/// Grows by doubling, wiping each outgrown block: for building a secret of unknown length.
class SecretBuilder {
  public:
    SecretBuilder() = default;
    void append(ByteView bytes);
    void append(std::string_view text) { append(bytes_of(text)); }
    void append(char c) { append(std::string_view(&c, 1)); }
    std::size_t size() const { return used_; }
    ByteView expose() const { return block_.expose().first(used_); }
    /// Overwrites bytes already appended, e.g. a length that is known only at the end.
    MutableBytes expose_mutable() { return block_.expose_mutable().first(used_); }
    SecretBytes take() &&;

  private:
    SecretBytes block_;
    std::size_t used_ = 0;
};

/// Takes time that depends on the sizes only.
bool equal_constant_time(ByteView left, ByteView right);

/// Overwrites in a way that the compiler may not remove.
void wipe(MutableBytes bytes);

}  // namespace sparekey::core
