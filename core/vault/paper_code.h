// The Secret Key and the recovery code as people write them down.
//
// SK-XXXXX-…, RC-XXXXX-…: eight groups of five (core/text/bech32.h): 160 bits, ten bits of the
// vault id and six check symbols.
#pragma once

#include "core/base/result.h"
#include "core/model/ids.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::core {

enum class PaperKind { secret_key, recovery_code };

SecretText paper_code(PaperKind kind, const VaultId& vault, ByteView secret);
/// The same where only the hint of the vault's id is known.
SecretText paper_code(PaperKind kind, std::uint16_t hint, ByteView secret);

struct PaperCode {
    SecretBytes secret;        // 20 bytes
    std::uint16_t vault_hint;  // the first ten bits of the vault id it was made for
};
/// Either case, with or without the prefix, hyphens and spaces anywhere. ErrorCode::usage for what
/// is not well-formed, saying what kind of slip it looks like.
Result<PaperCode> parse_paper_code(PaperKind kind, std::string_view text);
std::uint16_t vault_hint(const VaultId& vault);

}  // namespace sparekey::core
