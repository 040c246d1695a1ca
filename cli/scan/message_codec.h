// The messages of a scan as bytes, by the one bounded codec. Decoding gives ErrorCode::integrity
// for bytes that are not exactly one message.
#pragma once

#include "cli/scan/messages.h"

namespace sparekey::cli::scan {

inline constexpr std::size_t kLongestMessage = std::size_t{64} << 20;  // bytes

core::SecretBytes encode(const ScanOrder& order);
core::Result<ScanOrder> decode_order(core::ByteView bytes);

core::SecretBytes encode(const ScanSecrets& secrets);
core::Result<ScanSecrets> decode_secrets(core::ByteView bytes);

core::SecretBytes encode(const core::Result<ScanReport>& answer);
/// The report, or the error that was answered.
core::Result<ScanReport> decode_answer(core::ByteView bytes);

}  // namespace sparekey::cli::scan
