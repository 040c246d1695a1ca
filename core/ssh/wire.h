// The data types of the SSH protocol (RFC 4251 section 5), read strictly and within bounds.
//
// A reader never looks past its input, and every value has one encoding only, so that what was read
// writes back the same. What does not fit is ErrorCode::usage.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <cstdint>
#include <string_view>

namespace sparekey::core {

class WireReader {
  public:
    explicit WireReader(ByteView input) : left_(input) {}

    Result<std::uint8_t> byte();
    Result<std::uint32_t> number();
    /// uint32 length ‖ bytes; the view lives as long as the input.
    Result<ByteView> string();
    Result<std::string_view> text();
    /// A number of 0 or more, big-endian without leading zeros; zero is empty. A negative one, or
    /// one with bytes too many, is refused.
    Result<ByteView> mpint();
    /// Exactly these bytes.
    Result<void> expect(ByteView bytes);

    ByteView left() const { return left_; }
    bool at_end() const { return left_.empty(); }

  private:
    Result<ByteView> take(std::size_t size);

    ByteView left_;
};

class WireWriter {
  public:
    WireWriter& byte(std::uint8_t value);
    WireWriter& number(std::uint32_t value);
    WireWriter& raw(ByteView bytes);
    WireWriter& string(ByteView bytes);
    WireWriter& text(std::string_view text) { return string(bytes_of(text)); }
    /// Leading zeros do not count.
    WireWriter& mpint(ByteView big_endian);

    std::size_t size() const { return buffer_.size(); }
    ByteView expose() const { return buffer_.expose(); }
    /// For what is no secret.
    Bytes bytes() const { return {expose().begin(), expose().end()}; }
    SecretBytes take() && { return std::move(buffer_).take(); }

  private:
    SecretBuilder buffer_;
};

}  // namespace sparekey::core
