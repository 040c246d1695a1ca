// The Secret Key and the recovery code as people write them down.
//
// SK-XXXXX-…, RC-XXXXX-…: eight groups of five from a 32-letter alphabet: 160 bits, ten bits of the
// vault id and six check symbols (bech32m, BIP-350, with the kind as its prefix), so that any one
// wrong character and any two swapped ones are caught, as are up to four errors of any kind.
#pragma once

#include "core/base/result.h"
#include "core/model/ids.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::core {

enum class PaperKind { secret_key, recovery_code };

SecretText paper_code(PaperKind kind, const VaultId& vault, ByteView secret);

struct PaperCode {
    SecretBytes secret;        // 20 bytes
    std::uint16_t vault_hint;  // the first ten bits of the vault id it was made for
};
/// Either case, with or without the prefix, hyphens and spaces anywhere. ErrorCode::usage for what
/// is not well-formed, saying what kind of slip it looks like.
Result<PaperCode> parse_paper_code(PaperKind kind, std::string_view text);
std::uint16_t vault_hint(const VaultId& vault);

}  // namespace sparekey::core
