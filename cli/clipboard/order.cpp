#include "cli/clipboard/order.h"

namespace sparekey::cli::clipboard {
namespace {

constexpr std::size_t kFixedSize = 1 + 8 + 64;

template <class Number>
void append(core::SecretBuilder& bytes, Number number) {
    for (std::size_t i = 0; i < sizeof number; ++i) {
        bytes.append(static_cast<char>(number >> (8 * i) & 0xFF));
    }
}

}  // namespace

core::SecretBytes encode(const Order& order) {
    core::SecretBuilder bytes;
    append(bytes, static_cast<std::uint32_t>(kFixedSize + order.command.size()));
    append(bytes, static_cast<std::uint8_t>(order.kind));
    append(bytes, order.seconds);
    bytes.append(order.fingerprint.bytes().expose());
    bytes.append(order.command);
    return std::move(bytes).take();
}

std::optional<Order> decode_order(core::ByteView bytes) {
    if (bytes.size() < kFixedSize || bytes.size() > kLargestOrder) return std::nullopt;
    if (bytes[0] > static_cast<std::uint8_t>(Kind::xsel)) return std::nullopt;
    auto fingerprint = Fingerprint::from_bytes(bytes.subspan(9, 64));
    if (!fingerprint) return std::nullopt;
    Order order{static_cast<Kind>(bytes[0]), 0, std::move(*fingerprint),
                std::string(core::text_of(bytes.subspan(kFixedSize)))};
    for (std::size_t i = 0; i < 8; ++i) {
        order.seconds |= static_cast<std::uint64_t>(bytes[1 + i]) << (8 * i);
    }
    return order;
}

}  // namespace sparekey::cli::clipboard
