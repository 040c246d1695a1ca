// What `sparekey` tells sparekey-clipboard, the process that clears up, over its stdin.
//
//   kind u8 | seconds u64 LE | fingerprint 64 | the configured command, to the end
//
// It is preceded by its length (u32 LE). The process answers kReady once it stands on its own;
// after the copy it is told kGo, or the pipe is closed if there was none.
#pragma once

#include "cli/clipboard/fingerprint.h"
#include "cli/clipboard/tools.h"

namespace sparekey::cli::clipboard {

constexpr char kReady = 'r';
constexpr char kGo = 'g';
constexpr std::size_t kLargestOrder = 128 * 1024;

struct Order {
    Kind kind = Kind::command;
    std::uint64_t seconds = 0;
    Fingerprint fingerprint;
    std::string command;
};

core::SecretBytes encode(const Order& order);
/// Without the length; nothing if that is no order.
std::optional<Order> decode_order(core::ByteView bytes);

}  // namespace sparekey::cli::clipboard
