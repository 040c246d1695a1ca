// The codec's two cereal archives. Private to the files that give a type its bytes: core/codec,
// core/chain, sync/protocol and the agent's message_archive.h.
//
// cereal gives the shape (one `serialize` per type for both directions); its stock archives and
// type headers are not used, since they believe lengths that they read (docs/decisions/0003). Here
// a length is held against the bytes that are left and a bound of its own before anything is
// allocated, containers grow element by element, and every value has exactly one encoding, or
// DecodeFailure.
#pragma once

#include "core/base/result.h"
#include "core/model/ids.h"
#include "core/secret/key.h"
#include "core/secret/secret_bytes.h"

#include <cereal/cereal.hpp>

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

namespace sparekey::core::codec {

/// Leaves core/codec only as ErrorCode::integrity.
struct DecodeFailure {};

class Writer : public cereal::OutputArchive<Writer, cereal::AllowEmptyClassElision> {
  public:
    Writer() : OutputArchive(this) {}
    void bytes(ByteView view) { buffer_.append(view); }
    template <class Number>
    void number(Number value) {
        std::uint8_t little[sizeof(Number)];
        for (std::size_t i = 0; i < sizeof(Number); ++i) {
            little[i] = static_cast<std::uint8_t>(value >> (8 * i));
        }
        bytes(little);
    }
    void length(std::size_t size) { number(static_cast<std::uint32_t>(size)); }
    /// Seven bits a byte, the lowest first, the highest bit set in all but the last (LEB128).
    void varint(std::uint64_t value) {
        std::uint8_t groups[10];
        std::size_t count = 0;
        for (; value >= 0x80; value >>= 7) {
            groups[count++] = static_cast<std::uint8_t>(value | 0x80);
        }
        groups[count++] = static_cast<std::uint8_t>(value);
        bytes({groups, count});
    }
    SecretBytes take() && { return std::move(buffer_).take(); }

  private:
    SecretBuilder buffer_;
};

class Reader : public cereal::InputArchive<Reader, cereal::AllowEmptyClassElision> {
  public:
    explicit Reader(ByteView input) : InputArchive(this), left_(input) {}
    ByteView bytes(std::size_t size) {
        if (size > left_.size()) throw DecodeFailure{};
        const ByteView taken = left_.first(size);
        left_ = left_.subspan(size);
        return taken;
    }
    template <class Number>
    Number number() {
        const ByteView little = bytes(sizeof(Number));
        Number value = 0;
        for (std::size_t i = 0; i < sizeof(Number); ++i) {
            value = static_cast<Number>(value | static_cast<Number>(Number{little[i]} << (8 * i)));
        }
        return value;
    }
    /// A count of elements of at least `element_size` bytes each, at most `most`.
    std::size_t length(std::size_t element_size, std::size_t most) {
        const std::size_t size = number<std::uint32_t>();
        if (size > most || size > left_.size() / element_size) throw DecodeFailure{};
        return size;
    }
    /// At most `most`, in the fewest bytes that hold it.
    std::uint64_t varint(std::uint64_t most) {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t group = bytes(1)[0];
            const std::uint64_t bits = group & 0x7FU;
            if (shift == 63 && bits > 1) throw DecodeFailure{};
            value |= bits << shift;
            if ((group & 0x80U) != 0) continue;
            if ((group == 0 && shift > 0) || value > most) throw DecodeFailure{};
            return value;
        }
        throw DecodeFailure{};
    }
    /// length(), written as a varint.
    std::size_t short_length(std::size_t element_size, std::size_t most) {
        return varint(std::min(most, left_.size() / element_size));
    }
    bool at_end() const { return left_.empty(); }

  private:
    ByteView left_;
};

inline void require(bool holds) {
    if (!holds) throw DecodeFailure{};
}

// Numbers, enums of one byte, booleans.
template <class T>
concept Number = std::is_integral_v<T> && std::is_unsigned_v<T> && !std::is_same_v<T, bool>;

template <Number T>
void save(Writer& archive, const T& value) {
    archive.number(value);
}
template <Number T>
void load(Reader& archive, T& value) {
    value = archive.number<T>();
}

inline void put(Writer& archive, bool flag) {
    archive.number<std::uint8_t>(flag ? 1 : 0);
}
inline bool get_flag(Reader& archive) {
    const auto value = archive.number<std::uint8_t>();
    require(value <= 1);
    return value == 1;
}

// Fixed-size arrays and ids.
template <std::size_t N>
void put(Writer& archive, const std::array<std::uint8_t, N>& value) {
    archive.bytes(value);
}
template <std::size_t N>
void get(Reader& archive, std::array<std::uint8_t, N>& value) {
    const ByteView taken = archive.bytes(N);
    std::copy(taken.begin(), taken.end(), value.begin());
}
template <class Tag>
void put(Writer& archive, const Key<Tag>& key) {
    archive.bytes(key.expose());
}
template <class Tag>
void get(Reader& archive, Key<Tag>& key) {
    const ByteView taken = archive.bytes(Key<Tag>::kSize);
    std::copy(taken.begin(), taken.end(), key.expose_mutable().begin());
}

// Strings of bytes with a 4-byte length.
inline void put_bytes(Writer& archive, ByteView value) {
    archive.length(value.size());
    archive.bytes(value);
}
inline ByteView get_bytes(Reader& archive, std::size_t most) {
    return archive.bytes(archive.length(1, most));
}

inline Bytes get_plain(Reader& archive, std::size_t most) {
    const ByteView taken = get_bytes(archive, most);
    return Bytes(taken.begin(), taken.end());
}

/// What was written, of a value that holds no secret.
inline Bytes plain(Writer&& archive) {
    const SecretBytes bytes = std::move(archive).take();
    return Bytes(bytes.expose().begin(), bytes.expose().end());
}

/// Runs `read` over all of `bytes`; anything left over, or DecodeFailure, is ErrorCode::integrity.
template <class T, class Read>
Result<T> decode_whole(ByteView bytes, Read read) {
    try {
        Reader archive(bytes);
        T value = read(archive);
        require(archive.at_end());
        return value;
    } catch (const DecodeFailure&) {
        return unexpected(ErrorCode::integrity, "encoded data is malformed");
    }
}

}  // namespace sparekey::core::codec
