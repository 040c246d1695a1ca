#include "core/ssh/wire.h"

#include <algorithm>

namespace sparekey::core {
namespace {

Unexpected malformed_data() {
    return unexpected(ErrorCode::usage, "the SSH data is malformed");
}

}  // namespace

Result<ByteView> WireReader::take(std::size_t size) {
    if (size > left_.size()) return malformed_data();
    const ByteView taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
}

Result<std::uint8_t> WireReader::byte() {
    SPAREKEY_TRY(const ByteView taken, take(1));
    return taken[0];
}

Result<std::uint32_t> WireReader::number() {
    SPAREKEY_TRY(const ByteView taken, take(4));
    return std::uint32_t{taken[0]} << 24 | std::uint32_t{taken[1]} << 16 |
           std::uint32_t{taken[2]} << 8 | std::uint32_t{taken[3]};
}

Result<ByteView> WireReader::string() {
    SPAREKEY_TRY(const std::uint32_t size, number());
    return take(size);
}

Result<std::string_view> WireReader::text() {
    SPAREKEY_TRY(const ByteView bytes, string());
    return text_of(bytes);
}

Result<ByteView> WireReader::mpint() {
    SPAREKEY_TRY(const ByteView bytes, string());
    if (bytes.empty()) return bytes;
    if ((bytes[0] & 0x80) != 0) return malformed_data();
    if (bytes[0] != 0) return bytes;
    // The zero only keeps the number from being negative.
    if (bytes.size() == 1 || (bytes[1] & 0x80) == 0) return malformed_data();
    return bytes.subspan(1);
}

Result<void> WireReader::expect(ByteView bytes) {
    SPAREKEY_TRY(const ByteView taken, take(bytes.size()));
    if (!std::equal(taken.begin(), taken.end(), bytes.begin())) return malformed_data();
    return {};
}

WireWriter& WireWriter::byte(std::uint8_t value) {
    return raw({&value, 1});
}

WireWriter& WireWriter::number(std::uint32_t value) {
    const std::uint8_t big[] = {
        static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
        static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
    return raw(big);
}

WireWriter& WireWriter::raw(ByteView bytes) {
    buffer_.append(bytes);
    return *this;
}

WireWriter& WireWriter::string(ByteView bytes) {
    return number(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
}

WireWriter& WireWriter::mpint(ByteView big_endian) {
    while (!big_endian.empty() && big_endian[0] == 0) big_endian = big_endian.subspan(1);
    const bool guarded = !big_endian.empty() && (big_endian[0] & 0x80) != 0;
    number(static_cast<std::uint32_t>(big_endian.size() + (guarded ? 1 : 0)));
    if (guarded) byte(0);
    return raw(big_endian);
}

}  // namespace sparekey::core
