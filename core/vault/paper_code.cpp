#include "core/vault/paper_code.h"

#include "core/vault/paper_shapes.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::size_t kSecretSymbols = 32;  // 160 bits

const CodeShape& shape(PaperKind kind) {
    return kind == PaperKind::secret_key ? kSecretKeyShape : kRecoveryCodeShape;
}

std::string_view kind_words(PaperKind kind) {
    return kind == PaperKind::secret_key ? "Secret Key" : "recovery code";
}

Unexpected malformed(PaperKind kind, const std::string& what) {
    return unexpected(
        ErrorCode::usage, "this is not a " + std::string(kind_words(kind)) + ": " + what,
        "it has eight groups of five letters and digits after " + std::string(shape(kind).prefix));
}

}  // namespace

std::uint16_t vault_hint(const VaultId& vault) {
    return static_cast<std::uint16_t>((vault.bytes[0] << 2) | (vault.bytes[1] >> 6));
}

SecretText paper_code(PaperKind kind, std::uint16_t hint, ByteView secret) {
    const SecretBytes spread = to_symbols(secret);
    SecretBytes symbols(shape(kind).size);
    const MutableBytes all = symbols.expose_mutable();
    std::copy(spread.expose().begin(), spread.expose().end(), all.begin());
    all[kSecretSymbols] = static_cast<std::uint8_t>(hint >> 5);
    all[kSecretSymbols + 1] = static_cast<std::uint8_t>(hint & 31);
    return write_code(shape(kind), symbols.expose());
}

SecretText paper_code(PaperKind kind, const VaultId& vault, ByteView secret) {
    return paper_code(kind, vault_hint(vault), secret);
}

Result<PaperCode> parse_paper_code(PaperKind kind, std::string_view text) {
    const PaperKind other =
        kind == PaperKind::secret_key ? PaperKind::recovery_code : PaperKind::secret_key;
    if (looks_like(shape(other), text)) {
        return malformed(kind, "it is a " + std::string(kind_words(other)));
    }
    if (looks_like(kKitShareShape, text)) {
        return malformed(kind, "it is a share of one, which sparekey kit combine takes");
    }
    auto symbols = read_code(shape(kind), text);
    if (!symbols) return malformed(kind, symbols.error().message);
    const ByteView all = symbols->expose();
    const auto hint =
        static_cast<std::uint16_t>((all[kSecretSymbols] << 5) | all[kSecretSymbols + 1]);
    std::optional<SecretBytes> secret = from_symbols(all.first(kSecretSymbols));
    return PaperCode{std::move(*secret), hint};  // 160 bits leave no bit over
}

}  // namespace sparekey::core
